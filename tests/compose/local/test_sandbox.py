"""When Toss's sandbox runs beside the services, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local import sandbox

ROOT = Path("/a")


@pytest.mark.parametrize(
    ("outer", "wanted"),
    [
        ({}, True),
        ({"TOSS_SECRET_KEY": ""}, True),
        ({"TOSS_API_URL": "https://toss"}, True),
        ({"TOSS_SECRET_KEY": "test_sk_real"}, False),
        ({"APP_PROFILE": "test"}, True),
        ({"APP_PROFILE": "production"}, False),
    ],
)
def test_it_runs_where_nobody_has_a_key_of_the_real_one(
    outer: dict[str, str], wanted: bool
) -> None:
    """An empty key is none; production has no stand-in for money."""
    assert sandbox.is_wanted(outer) is wanted


def test_it_is_told_where_it_is() -> None:
    """Its state lies in that of the stack, and its port moves with the others."""
    told = sandbox.environment(ROOT / "state", 7, ROOT)
    assert (told["STATE_DIR"], told["PORT_OFFSET"]) == ("/a/state", "7")
    assert told["DJANGO_SETTINGS_MODULE"] == "compose.toss_sandbox.settings"
    assert told["LISTEN_HOST"] == "127.0.0.1"
    assert sandbox.port(7) == 3907
