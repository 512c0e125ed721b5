"""Step by step until a payment is settled, and all that are due at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import DatabaseError, connections

from common import clock, faults
from payment_svc.payments.settlement import awaited, unsaved
from payment_svc.payments.settlement.booking import away, book
from payment_svc.payments.settlement.calls import ask
from payment_svc.payments.settlement.claim import Claim, claim, claim_again, due
from payment_svc.payments.settlement.plan import Act

log = structlog.get_logger(__name__)

# Find, charge, find, charge again: after that time must pass.
MAX_STEPS = 4
BATCH = 200
AT_ONCE = 8


def settle_due(limit: int = BATCH) -> int:
    """Settle every payment whose time has come; return how many were in hand."""
    payment_ids = due(clock.now(), limit)
    if len(payment_ids) <= 1:
        return sum(settle(payment_id) for payment_id in payment_ids)
    return _settle_side_by_side(payment_ids)


def settle(payment_id: str) -> bool:
    """Settle one payment as far as it goes now; False where it was not its time."""
    held = claim(payment_id)
    if held is None:
        return False
    faults.reach("payment.after-intent")
    carry_on(held)
    return True


def carry_on(held: Claim | None) -> None:
    """Ask Toss and book, until there is nothing left to ask at once."""
    for _ in range(MAX_STEPS):
        if held is None:
            return
        follows = step(held)
        if follows is None:
            # What it led to (a refund that had waited) may be due already.
            held = claim(held.payment.payment_id)
        else:
            held = claim_again(held, follows)


def step(held: Claim) -> Act | None:
    """Ask Toss once, and book what it said; what to ask at once, if anything."""
    outcome = ask(held)
    log.info(
        "payment.asked",
        payment_id=held.payment.payment_id,
        act=held.act,
        outcome=str(getattr(outcome, "status", outcome)),
    )
    try:
        faults.reach("payment.before-save", fail=away)
        follows = book(held, outcome)
    except DatabaseError as error:
        unsaved.tell(held, outcome, error)
        return None
    else:
        faults.reach("payment.after-save")
        return follows
    finally:
        awaited.announce(held.payment.payment_id)


def _settle_side_by_side(payment_ids: Sequence[str]) -> int:
    """Toss answers many at once; each thread has a database connection of its own."""
    shares = [payment_ids[start::AT_ONCE] for start in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="settle") as pool:
        return sum(pool.map(_settle_share, shares))


def _settle_share(payment_ids: Sequence[str]) -> int:
    try:
        return sum(_settle_safely(payment_id) for payment_id in payment_ids)
    finally:
        connections.close_all()


def _settle_safely(payment_id: str) -> bool:
    """One that fails has its lease to wait for, and does not stop the others."""
    try:
        return settle(payment_id)
    except Exception:
        log.exception("payment.settlement_failed", payment_id=payment_id)
        return True
