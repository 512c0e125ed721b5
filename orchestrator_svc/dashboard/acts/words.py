"""What people read of codes, commands and what they move."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orchestrator_svc.engine.outlook import Effect, Line

# Why something cannot be done, by the code that the API refuses it with.
REFUSALS: dict[str, str | Promise] = {
    "COMPLETED": _("The order is completed: there is nothing left to try again."),
    "NOT_ENDED": _("It is still under way. It can be tried again once it has ended."),
    "NEEDS_ATTENTION": _(
        "It waits for a person: something it must undo was refused. Settle that first."
    ),
    "CANCELLED_BY_CUSTOMER": _(
        "The customer cancelled it. It takes a new order to buy again."
    ),
    "CANCELLED_BY_OPERATOR": _(
        "An operator cancelled it. It takes a new order to buy again."
    ),
    "PAYMENT_REFUNDED": _(
        "The customer paid through Toss and has the money back. Only the customer can"
        " pay again, with a new order."
    ),
    "ALREADY_CANCELLED": _("Somebody has cancelled it already."),
    "ALREADY_FAILED": _("It has failed: there is nothing left to cancel."),
    "ALREADY_ENDED": _("It has ended: there is nothing left to do here."),
    "PAST_PIVOT": _("It is past the point where it could turn round."),
    "NOT_WAITING": _("It waits for another step by now."),
    "NOT_BY_HAND": _(
        "This step can still be refused, or its answer is needed: it cannot be done by"
        " hand."
    ),
    "NOT_STUCK": _("It is not stuck: it needs nobody's attention."),
    "NO_REFERENCE": _("Say by a reference how it was settled."),
    "NOT_FOUND": _("There is no such saga."),
    "CANCEL_IN_PROGRESS": _("The order is being cancelled already."),
    "ORDER_ALREADY_CANCELLED": _("The order is cancelled already."),
    "ORDER_FAILED": _("The order has failed: there is nothing left to cancel."),
    "ORDER_UNKNOWN": _("The order service does not know this order."),
    "FORBIDDEN": _("The order service does not let this dashboard cancel orders."),
    "IDEMPOTENCY_KEY_REUSED": _("This form was sent before with another reason."),
    "UNREACHABLE": _("The order service does not answer. Please try again."),
}

COMMANDS: dict[str, str | Promise] = {
    "CREATE_ORDER": _("Create the order"),
    "PROCESS_PAYMENT": _("Charge the customer"),
    "RESERVE_INVENTORY": _("Reserve the stock"),
    "COMPLETE_ORDER": _("Complete the order"),
    "CANCEL_ORDER": _("Close the order"),
    "REFUND_PAYMENT": _("Give the money back"),
    "RELEASE_INVENTORY": _("Release the stock"),
    "order.cancelled": _("Tell everybody that the order is cancelled"),
    "inventory.failed": _("Release the stock"),
    "payment.failed": _("Give the money back"),
}

EFFECTS: dict[Effect, str | Promise] = {
    Effect.CHARGE: _("Charged"),
    Effect.REFUND: _("Given back"),
    Effect.RESERVE: _("Reserved"),
    Effect.RELEASE: _("Released"),
}

SERVICES: dict[str, str | Promise] = {
    "order": _("order service"),
    "payment": _("payment service"),
    "inventory": _("inventory service"),
}


def why_not(code: str, otherwise: str = "") -> str:
    """Why it cannot be done, in the language of the request."""
    known = REFUSALS.get(code)
    return str(known) if known else otherwise or code


def said(line: Line) -> str:
    """What a command does."""
    known = COMMANDS.get(line.command)
    return str(known) if known else line.command


def doubt(line: Line) -> str:
    """What is not known of the command beforehand, if anything."""
    if line.is_out:
        return gettext("Sent already; its answer is awaited first.")
    if line.by_customer:
        return gettext("Waits until the customer pays in the Toss window.")
    if line.in_doubt:
        return gettext("Only where it has happened: its answer is not known yet.")
    return ""
