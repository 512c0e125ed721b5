"""Beginning recoveries, and carrying them on until each has been answered.

A recovery is claimed in one transaction, the payment service is asked outside of any,
and what it said is kept in a second one together with what follows from it. A crash
between them lets the claim lapse, and the question is asked again: it may be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import msgspec
import structlog

from common import clock
from common.contracts.base import Refused
from common.contracts.payment import PaymentProcessed
from common.messaging import outbox
from common.messaging.envelope import Outbound
from common.recovery import doorbell
from common.recovery.claim import is_id
from common.recovery.client import Finding, NotTaken
from common.recovery.models import Recovery, RecoveryStatus
from common.storage.bulk import insert_rows, update_rows
from common.storage.reads import read_values
from common.storage.transactions import run_atomically
from common.web.peers import NoAnswer

log = structlog.get_logger(__name__)

# Longer than a call takes: only a crash lets a claim lapse.
CLAIM = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(seconds=60)
# For what a person has to mend:
SLOW = timedelta(minutes=5)
LIMIT = 100
COLUMNS = (
    "status",
    "tries",
    "error",
    "next_try_at",
    "attention_since",
    "updated_at",
)

# Says of a payment whether it is there. Raises NoAnswer, NotTaken.
Ensure = Callable[[Recovery], Finding]
# What follows from what was found out, within the transaction that keeps it.
Conclude = Callable[[Recovery, Finding, datetime], Sequence[Outbound]]

_turn = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A refusal which says that Toss has charged, and the payment it is about."""

    recovery_id: str
    order_id: str
    customer_id: str
    amount: Decimal
    refusal: Refused
    payment_id: str = ""
    saga_id: str = ""
    attempt: int = 1
    caused_by: str = ""


def begin(heard: Sequence[Heard], now: datetime) -> int:
    """Have these payments ensured, each once; return how many are new.

    To be called in the unit of work that hears of them.
    """
    if not heard:
        return 0
    wanted = {one.recovery_id: one for one in heard}
    known = read_values(Recovery, "recovery_id", recovery_id=list(wanted))
    new = [_row(one, now) for key, one in wanted.items() if key not in known]
    insert_rows(Recovery, new)
    for row in new:
        log.warning("recovery.begun", recovery_id=row.recovery_id)
    doorbell.ring_on_commit()
    return len(new)


def any_due() -> bool:
    """True where a payment's time to be asked for has come."""
    return Recovery.objects.filter(next_try_at__lte=clock.now()).exists()


def run_due(ensure: Ensure, conclude: Conclude, limit: int = LIMIT) -> int:
    """Ask for each payment whose time has come; return how many were concluded.

    Where the payment service does not answer, the others are left for the next time:
    this must not hold up a worker. Nor are two of these at work in one process.
    """
    if not _turn.acquire(blocking=False):
        return 0
    try:
        return _run_due(ensure, conclude, limit)
    finally:
        _turn.release()


def purge(before: datetime) -> int:
    """Delete what was concluded before this; return how many."""
    ended = (RecoveryStatus.ENSURED, RecoveryStatus.REFUSED)
    total = 0
    rows = Recovery.objects.filter(status__in=ended, updated_at__lt=before)
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:1000]):
        run_atomically(Recovery.objects.filter(pk__in=keys).delete)
        total += len(keys)
    return total


def _run_due(ensure: Ensure, conclude: Conclude, limit: int) -> int:
    done = 0
    for recovery_id in _due(limit):
        row = run_atomically(partial(_claim, recovery_id))
        if row is None:
            continue
        try:
            finding = ensure(row)
        except NoAnswer as error:
            why = f"{error}: {error.detail or error.status}"
            _put_off(row, why, _pause(row.tries))
            return done
        except NotTaken as error:
            _put_off(row, str(error), SLOW, needs_a_person=True)
            continue
        _conclude(row, finding, conclude)
        done += 1
    return done


def _due(limit: int) -> list[str]:
    rows = Recovery.objects.filter(next_try_at__lte=clock.now())
    ordered = rows.order_by("next_try_at", "recovery_id")
    return list(ordered.values_list("recovery_id", flat=True)[:limit])


def _claim(recovery_id: str) -> Recovery | None:
    """The row, if it is still due: from now on nobody else asks for a while."""
    now = clock.now()
    row = Recovery.objects.filter(pk=recovery_id, next_try_at__lte=now).first()
    if row is not None:
        row.tries += 1
        row.next_try_at = now + CLAIM
        _write(row, now)
    return row


def _put_off(
    row: Recovery, error: str, pause: timedelta, *, needs_a_person: bool = False
) -> None:
    log.warning("recovery.put_off", recovery_id=row.recovery_id, error=error)

    def unit() -> None:
        found = _waiting(row)
        if found is None:
            return
        now = clock.now()
        found.error = error[:500]
        found.next_try_at = now + pause
        if needs_a_person and found.attention_since is None:
            found.attention_since = now
        _write(found, now)

    run_atomically(unit)


def _conclude(row: Recovery, finding: Finding, conclude: Conclude) -> None:
    is_paid = isinstance(finding, PaymentProcessed)

    def unit() -> None:
        found = _waiting(row)
        if found is None:
            return
        now = clock.now()
        found.status = RecoveryStatus.ENSURED if is_paid else RecoveryStatus.REFUSED
        found.error = "" if isinstance(finding, PaymentProcessed) else finding.message
        found.error = found.error[:500]
        found.next_try_at = found.attention_since = None
        _write(found, now)
        outbox.append(conclude(found, finding, now))

    run_atomically(unit)
    log.info("recovery.concluded", recovery_id=row.recovery_id, paid=is_paid)


def _waiting(row: Recovery) -> Recovery | None:
    return Recovery.objects.filter(
        pk=row.recovery_id, status=RecoveryStatus.WAITING
    ).first()


def _write(row: Recovery, now: datetime) -> None:
    row.updated_at = now
    update_rows(Recovery, [row], COLUMNS)


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries - 1, 10)), LONGEST_PAUSE)


def _row(heard: Heard, now: datetime) -> Recovery:
    return Recovery(
        recovery_id=heard.recovery_id,
        order_id=heard.order_id,
        saga_id=heard.saga_id,
        customer_id=heard.customer_id,
        attempt=heard.attempt,
        amount=heard.amount,
        payment_id=heard.payment_id if is_id(heard.payment_id) else "",
        refusal=msgspec.json.encode(heard.refusal).decode(),
        caused_by=heard.caused_by[:200],
        status=RecoveryStatus.WAITING,
        next_try_at=now,
        created_at=now,
        updated_at=now,
    )
