"""Settling payments with Toss: intents carried out, doubts read back, orphans returned.

One step is three: a claim (transaction), a call (no transaction), a booking
(transaction). See docs/decisions/0010.
"""

from payment_svc.payments.settlement.run import settle, settle_due, step

__all__ = ["settle", "settle_due", "step"]
