"""The test cards and billing keys, and what each of them does."""

from __future__ import annotations

from dataclasses import dataclass

# Longer than any client waits.
FOREVER_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card does when it is charged.

    `declines` with this code; `slow_s` before the charge; `spoils` so many charges
    with PROVIDER_ERROR first; after the charge the answer is lost (`loses_answer`) or
    an error (`fails_after`); the first `keeps` refunds fail.
    """

    number: str
    meaning: str
    declines: str = ""
    slow_s: float = 0.0
    spoils: int = 0
    loses_answer: bool = False
    fails_after: str = ""
    keeps: int = 0


GOOD = Card(number="4242424242424242", meaning="is approved")
CARDS = {
    card.number: card
    for card in (
        GOOD,
        Card(
            number="4000000000000002",
            meaning="is declined",
            declines="REJECT_CARD_PAYMENT",
        ),
        Card(
            number="4000000000009995",
            meaning="lacks funds",
            declines="REJECT_ACCOUNT_PAYMENT",
        ),
        Card(
            number="4000000000000069",
            meaning="is stopped",
            declines="INVALID_STOPPED_CARD",
        ),
        Card(number="4000000000003220", meaning="needs 3 seconds", slow_s=3.0),
        Card(
            number="4000000000003063",
            meaning="needs 30 seconds, and is approved then",
            slow_s=FOREVER_S,
        ),
        Card(
            number="4000000000000341",
            meaning="is approved, and the answer is lost",
            loses_answer=True,
        ),
        Card(
            number="4000000000000119",
            meaning="is approved, and the answer is an error",
            fails_after="FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
        ),
        Card(
            number="4000000000000127",
            meaning="meets a temporary error twice, then is approved",
            spoils=2,
        ),
        Card(
            number="4000000000005126",
            meaning="is approved; its first two refunds fail",
            keeps=2,
        ),
    )
}
CUSTOMER = "customer_sandbox"
BILLING_KEYS = {
    "billing_sandbox": GOOD.number,
    "billing_sandbox_declines": "4000000000000002",
    "billing_sandbox_slow": "4000000000003220",
    "billing_sandbox_answer_lost": "4000000000000341",
}


def card_of(number: str) -> Card:
    """What this card does; one that nobody knows is approved."""
    return CARDS.get(number, GOOD)


def digits_of(number: str) -> str:
    """The card's digits, however they were written."""
    return "".join(sign for sign in number if sign.isdigit())


def grouped(number: str) -> str:
    """The digits in fours, as on the card."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def masked(number: str) -> str:
    """As Toss shows a card."""
    return f"{number[:8]}****{number[12:15]}*" if len(number) == 16 else "****"
