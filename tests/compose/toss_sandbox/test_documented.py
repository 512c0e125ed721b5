"""docs/toss-sandbox.md says what the sandbox does."""

from __future__ import annotations

import re

from common.conf import toss_sandbox
from compose.local.topology import repository
from compose.toss_sandbox import behaviour
from compose.toss_sandbox.cards import BILLING_KEYS, CARDS, grouped

PAGE = (repository / "docs" / "toss-sandbox.md").read_text("utf-8")


def test_every_test_card_is_documented_with_its_code() -> None:
    """The page lists those there are, and no others."""
    rows = dict(re.findall(r"^\| ((?:\d{4}-){3}\d{4}) \| (.+) \|$", PAGE, re.MULTILINE))
    assert list(rows) == [grouped(number) for number in CARDS]
    for card in CARDS.values():
        row = rows[grouped(card.number)]
        for code in (card.declines, card.fails_after):
            assert code in row
        assert (f"{card.slow_s:.0f} s" in row) is bool(card.slow_s)


def test_keys_and_behaviours_are_documented() -> None:
    """Each in its own words."""
    keys = (toss_sandbox.SECRET_KEY, toss_sandbox.CLIENT_KEY, toss_sandbox.CUSTOMER_KEY)
    words = (*keys, *BILLING_KEYS, *behaviour.ACTIONS, *behaviour.PATHS)
    assert [word for word in words if f"`{word}`" not in PAGE] == []
