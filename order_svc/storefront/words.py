"""What happens to an order, in a customer's words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from order_svc.storefront.purchase import (
    ORCHESTRATION,
    Mark,
    Money,
    Phase,
    Purchase,
    Step,
)

Words = str | Promise

LISTS: Mapping[str, Words] = {
    "ORCHESTRATION": _("Guided orders"),
    "CHOREOGRAPHY": _("Hand-in-hand orders"),
}
PATTERNS: Mapping[str, Words] = {
    "ORCHESTRATION": _(
        "One coordinator leads each of these orders from step to step, and takes it "
        "back in order if a step fails."
    ),
    "CHOREOGRAPHY": _(
        "Cashier and warehouse pass each of these orders on among themselves; nobody "
        "leads."
    ),
}

# The status that a phase looks like (common.ui.statuses), and how it is told.
PHASES: Mapping[Phase, tuple[str, Words]] = {
    Phase.TO_PAY: ("WAITING", _("Waiting for your payment")),
    Phase.RUNNING: ("RUNNING", _("On its way")),
    Phase.DONE: ("COMPLETED", _("Done")),
    Phase.UNDOING: ("CANCELLING", _("Being undone")),
    Phase.UNDONE: ("CANCELLED", _("Cancelled")),
}
HEADLINES: Mapping[Phase, Words] = {
    Phase.TO_PAY: _("Your order waits for your payment"),
    Phase.RUNNING: _("Your order is on its way"),
    Phase.DONE: _("All done, thank you"),
    Phase.UNDOING: _("We are taking your order back"),
    Phase.UNDONE: _("Your order has been cancelled"),
}
# An order that ended without the customer wanting it.
REFUSED = ("FAILED", _("Did not work out"))
REFUSED_HEADLINE = _("Your order did not work out")
MONEY: Mapping[Money, Words] = {
    Money.NOT_TAKEN: _("Nothing has been charged."),
    Money.TAKEN: _("Your payment has arrived."),
    Money.COMING_BACK: _("Your money is on its way back to you."),
    Money.BACK: _("Your money is back: all of it."),
}
STEPS: Mapping[str, Words] = {
    "received": _("Order received"),
    "payment": _("Payment"),
    "goods": _("Goods put aside"),
    "done": _("Done"),
}
MARKS: Mapping[Mark, Words] = {
    Mark.DONE: _("done"),
    Mark.NOW: _("happening now"),
    Mark.AHEAD: _("still to come"),
    Mark.FAILED: _("did not work"),
    Mark.UNDONE: _("undone"),
}
# Codes that reasons begin with or consist of.
REASONS: Mapping[str, Words] = {
    "INSUFFICIENT_STOCK": _("There was not enough of it left on the shelf."),
    "PRICE_MISMATCH": _("The price changed while you ordered."),
    "UNKNOWN_PRODUCT": _("We no longer sell one of the products."),
    "CANCELLED_BY_CUSTOMER": _("You cancelled it."),
    "CANCELLED_BY_OPERATOR": _("The shop cancelled it."),
    "PAYMENT_DECLINED": _("Your bank declined the payment."),
    "PAYMENT_EXPIRED": _("It was not paid in time."),
    "PAYMENT_METHOD_UNAVAILABLE": _("This way to pay is not available just now."),
    "TIMEOUT": _("A part of the shop did not answer in time."),
}
# Why an order can't be tried again (common.saga.requests, orchestrator_svc.sagas).
BLOCKED: Mapping[str, Words] = {
    "NOT_ENDED": _("It is still on its way."),
    "NEEDS_ATTENTION": _("The shop is looking into it."),
    "PAYMENT_REFUNDED": _(
        "Your payment was given back, and only you can pay again: order it anew."
    ),
    "CANCELLED_BY_CUSTOMER": _("You cancelled it: order it anew instead."),
    # The shop's own account there has no right to it (docs/settings.md).
    "PERMISSION_DENIED": _("This shop tries no order again: order it anew."),
    "CANCELLED_BY_OPERATOR": _("The shop cancelled it: order it anew instead."),
}
# Why the window, or the confirm after it, came to nothing.
REFUSALS: Mapping[str, Words] = {
    "PAY_PROCESS_CANCELED": _("You closed the payment window. Nothing was charged."),
    "USER_CANCEL": _("You closed the payment window. Nothing was charged."),
    "PAY_PROCESS_ABORTED": _("The payment broke off. Nothing was charged."),
    "REJECT_CARD_COMPANY": _("Your card's company declined the payment."),
    "REJECT_CARD_PAYMENT": _("Your card was declined: its limit or balance is short."),
    "REJECT_ACCOUNT_PAYMENT": _("Your account lacks the money for this payment."),
    "INVALID_STOPPED_CARD": _("This card has been stopped. Please use another one."),
    "PAYMENT_DECLINED": _("Your bank declined the payment."),
    "PAYMENT_EXPIRED": _(
        "The time to pay is over. Nothing was charged; please order again."
    ),
    "PAYMENT_CANCELLED": _("The order was cancelled. Nothing was charged."),
    "PAYMENT_REFUNDED": _("This payment was given back."),
    "ALREADY_PAID": _("The order is paid already. You were not charged twice."),
    "AMOUNT_MISMATCH": _("The amount is not that of the order. Nothing was charged."),
    "PAYMENT_IN_DOUBT": _(
        "The bank has not answered clearly yet. We are looking it up; you will not be "
        "charged twice."
    ),
    "NOT_FOUND_PAYMENT_SESSION": _("The payment window had been open for too long."),
}


def phase(purchase: Purchase) -> tuple[str, str]:
    """The status that the order looks like, and how it is told."""
    is_refused = purchase.phase is Phase.UNDONE and purchase.was_refused
    status, said = REFUSED if is_refused else PHASES[purchase.phase]
    return status, str(said)


def headline(purchase: Purchase) -> str:
    """How far the order is, as a heading."""
    if purchase.phase is Phase.UNDONE and purchase.was_refused:
        return str(REFUSED_HEADLINE)
    return str(HEADLINES[purchase.phase])


def reason(purchase: Purchase) -> str:
    """Why the order came to nothing; empty where it did not, or nobody said."""
    if purchase.phase not in {Phase.UNDOING, Phase.UNDONE}:
        return ""
    texts = [purchase.reason]
    if purchase.is_declined and purchase.payment is not None:
        texts.append(purchase.payment.reason)
    for text in texts:
        for code, words in REASONS.items():
            if code in text:
                return str(words)
    return next((text for text in reversed(texts) if text), "")


def blocked(purchase: Purchase) -> str:
    """Why it can't be tried again; empty where it can."""
    if purchase.can_be_retried:
        return ""
    if purchase.phase not in {Phase.UNDONE, Phase.UNDOING}:
        return str(BLOCKED["NOT_ENDED"])
    if purchase.mode != ORCHESTRATION:
        return gettext("Nobody leads a hand-in-hand order again: order it anew.")
    code = purchase.saga.blocked if purchase.saga else ""
    if code == "COMPLETED":  # and then undone, by whoever cancelled it
        return gettext("It was cancelled: order it anew instead.")
    return str(BLOCKED.get(code, _("It can't be tried again: order it anew.")))


def not_cancelled(code: str, said: str) -> str:
    """Why a cancel was not taken."""
    known: Mapping[str, Words] = {
        "CANCEL_IN_PROGRESS": _("The order is being cancelled already."),
        "ORDER_ALREADY_CANCELLED": _("The order is cancelled already."),
        "ORDER_FAILED": _("The order failed; there is nothing to cancel."),
        "ORDER_UNKNOWN": _("The order is not written down yet: one moment, please."),
    }
    return str(known.get(code, said[:300]))


def not_retried(code: str, said: str) -> str:
    """Why another try was not granted."""
    return str(BLOCKED.get(code, said[:300]))


def refusal(code: str, said: str = "") -> str:
    """Why a payment came to nothing; what we have no words for is told as it was."""
    words = REFUSALS.get(code)
    if words is not None:
        return str(words)
    return said[:300] or gettext("The payment did not work. Nothing was charged.")


def title_of(purchase: Purchase) -> str:
    """What was ordered in one line: the first thing, and how many more."""
    names = [str(one["productName"] or one["productId"]) for one in purchase.items]
    if len(names) < 2:
        return names[0] if names else ""
    return gettext("%(first)s and %(more)d more") % {
        "first": names[0],
        "more": len(names) - 1,
    }


def said_of(step: Step, purchase: Purchase) -> str:
    """A sentence below a step, where there is more to say than its mark."""
    if step.name == "payment" and purchase.phase is Phase.TO_PAY:
        return gettext("We wait for you.")
    return ""
