"""The test cards and billing keys, and what each of them does."""

from __future__ import annotations

from dataclasses import dataclass

from common.conf.toss_sandbox import BILLING_KEY
from compose.toss_sandbox.errors import TossError

SLOW_S = 3.0
# Longer than any client waits.
FOREVER_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card does when it is charged; `name` is its key in the texts.

    It `declines` with this code; takes `slow_s` before the charge; `spoils` so many
    charges with PROVIDER_ERROR first; after the charge the answer is lost
    (`loses_answer`) or an error (`fails_after`); its first `keeps` refunds fail.
    """

    name: str
    number: str
    declines: str = ""
    slow_s: float = 0.0
    spoils: int = 0
    loses_answer: bool = False
    fails_after: str = ""
    keeps: int = 0


GOOD = Card(name="good", number="4242424242424242")
DECLINED = Card(
    name="declined", number="4000000000000002", declines="REJECT_CARD_PAYMENT"
)
SLOW = Card(name="slow", number="4000000000003220", slow_s=SLOW_S)
ANSWER_LOST = Card(name="answer_lost", number="4000000000000341", loses_answer=True)
CARDS = {
    card.number: card
    for card in (
        GOOD,
        DECLINED,
        Card(name="poor", number="4000000000009995", declines="REJECT_ACCOUNT_PAYMENT"),
        Card(
            name="stopped", number="4000000000000069", declines="INVALID_STOPPED_CARD"
        ),
        SLOW,
        Card(name="endless", number="4000000000003063", slow_s=FOREVER_S),
        ANSWER_LOST,
        Card(
            name="error_after",
            number="4000000000000119",
            fails_after="FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
        ),
        Card(name="spoiled", number="4000000000000127", spoils=2),
        Card(name="kept", number="4000000000005126", keeps=2),
    )
}
BILLING_KEYS = {
    BILLING_KEY: GOOD,
    f"{BILLING_KEY}_declines": DECLINED,
    f"{BILLING_KEY}_slow": SLOW,
    f"{BILLING_KEY}_answer_lost": ANSWER_LOST,
}


def card_numbered(number: str) -> Card:
    """The test card of this number, however it was written. Raises TossError.

    No other is taken: nobody's own card may end up in these books.
    """
    card = CARDS.get(digits_of(number))
    if card is None:
        raise TossError("INVALID_CARD_NUMBER")
    return card


def digits_of(number: str) -> str:
    """The digits without what people write between them."""
    return number.replace("-", "").replace(" ", "")


def grouped(number: str) -> str:
    """The digits in fours, as on the card."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def masked(number: str) -> str:
    """The number as Toss shows it: no more than its beginning and an end."""
    return f"{number[:8]}****{number[12:15]}*"
