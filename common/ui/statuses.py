"""How a status looks and is said; its own name stays in the title."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A kind is a colour and a sign: good, running, undone, bad, waiting, warn.
KINDS: dict[str, tuple[str, str | Promise]] = {
    "STARTED": ("running", _("Started")),
    "ORDER_CREATED": ("running", _("Order created")),
    "PAYMENT_PROCESSING": ("running", _("Payment running")),
    "PAYMENT_COMPLETED": ("running", _("Paid")),
    "INVENTORY_RESERVING": ("running", _("Reserving")),
    "INVENTORY_RESERVED": ("running", _("Reserved")),
    "COMPLETED": ("good", _("Completed")),
    "COMPENSATING": ("warn", _("Compensating")),
    "COMPENSATED": ("undone", _("Compensated")),
    "FAILED": ("bad", _("Failed")),
    "PENDING": ("waiting", _("Pending")),
    "PROCESSING": ("running", _("Processing")),
    "IN_PROGRESS": ("running", _("In progress")),
    "SUCCESS": ("good", _("Success")),
    "CANCELLING": ("warn", _("Cancelling")),
    "CANCELLED": ("undone", _("Cancelled")),
    "REFUNDED": ("undone", _("Refunded")),
    "RELEASED": ("undone", _("Released")),
    "RESERVED": ("good", _("Reserved")),
    "TOSS_SUCCESS_DB_FAILED": ("warn", _("Paid, not saved")),
    "WAITING": ("waiting", _("Waiting")),
    "RUNNING": ("running", _("Running")),
    "DONE": ("good", _("Done")),
    "RETRYING": ("warn", _("Retrying")),
    "HELD": ("waiting", _("Held back")),
    "DEAD": ("bad", _("Dead")),
    "RESOLVED": ("good", _("Resolved")),
    "DISCARDED": ("undone", _("Discarded")),
}


def kind_of(status: str) -> str:
    """Which colour and sign; a status nobody knows is waiting."""
    return KINDS.get(status, ("waiting", ""))[0]


def words_for(status: str) -> str:
    """The status as a person says it, in the language of the request."""
    known = KINDS.get(status)
    return str(known[1]) if known else status.replace("_", " ").capitalize()
