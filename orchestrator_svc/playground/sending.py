"""Sending the orders of runs over HTTP: by whoever is rung, as often as need be.

Each order has a key of its own (Idempotency-Key), so one whose answer was lost is sent
again and is the same order. A pass is short: the worker has other tasks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from common import clock
from common.contracts.base import Mode
from common.storage.bulk import update_rows
from common.storage.transactions import run_atomically
from common.web import peers
from orchestrator_svc.playground import selectors
from orchestrator_svc.playground.models import Run, RunStatus
from orchestrator_svc.playground.plan import Planned

log = structlog.get_logger(__name__)

PASS_S = 1.5
NOTE_EVERY = 20
COLUMNS = ("orders", "status", "trouble", "updated_at")
ADDRESSES = {
    Mode.CHOREOGRAPHY: ("order", "/api/orders"),
    Mode.ORCHESTRATION: ("orchestrator", "/api/orchestrator/orders"),
}

_turn = threading.Lock()


def anything_left() -> bool:
    """True while a run has more to send."""
    return selectors.sending().exists()


def send_for_a_while(tick: Callable[[], float] = time.monotonic) -> int:
    """Send what is open for PASS_S at most; return how many orders were sent.

    None while another thread of this process sends.
    """
    if not _turn.acquire(blocking=False):
        return 0
    try:
        until = tick() + PASS_S
        return sum(_send(run, until, tick) for run in list(selectors.sending()))
    finally:
        _turn.release()


def _send(run: Run, until: float, tick: Callable[[], float]) -> int:
    sent = 0
    while run.is_open and tick() < until:
        found, trouble = _send_some(run, until, tick)
        sent += len(found)
        noted = run_atomically(partial(_note, run.run_id, run.sent, found, trouble))
        if noted is None or trouble:
            break
        run = noted
    log.info("playground.sent", run_id=run.run_id, orders=sent, of=run.total)
    return sent


def _send_some(
    run: Run, until: float, tick: Callable[[], float]
) -> tuple[list[str], str]:
    """The ids of the next orders, and what stands in the way of more."""
    plan, found = run.plan, list[str]()
    for number in range(run.sent, min(run.sent + NOTE_EVERY, plan.total)):
        try:
            found.append(_place(run, plan.order(number)))
        except peers.NoAnswer as error:
            return found, str(error)
        except peers.Refused as error:
            return [*found, ""], str(error)
        if tick() >= until:
            break
    return found, ""


def _place(run: Run, order: Planned) -> str:
    service, path = ADDRESSES[order.mode]
    answer = peers.post(
        service, path, _body(run, order), key=f"{run.run_id}/{order.number}"
    )
    return str(answer["orderId"])


def _body(run: Run, order: Planned) -> dict[str, Any]:
    item = order.item
    line = {
        "productId": item.product_id,
        "productName": item.product_name,
        "quantity": item.quantity,
        "price": item.price,
    }
    return {"customerId": run.customer_id, "items": [line], "paymentMethod": "AUTO"}


def _note(run_id: str, start: int, found: list[str], trouble: str) -> Run | None:
    """The run with these orders, or None where another has noted them meanwhile."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None or run.sent != start:
        return None
    run.orders = [*run.orders, *found]
    run.trouble = trouble[:300]
    if run.sent >= run.total and run.is_open:
        run.status = RunStatus.SENT
    run.updated_at = clock.now()
    update_rows(Run, [run], COLUMNS)
    return run
