"""What can be done on the playground: send orders, stop, and turn faults on and off."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from common import clock, identity
from common.contracts.base import Mode
from common.faults.services import refuse_unless_allowed
from common.storage.bulk import insert_rows, update_rows
from common.storage.transactions import run_atomically
from common.web import audit, peers
from common.web.errors import StateConflict
from orchestrator_svc.playground import doorbell, selectors
from orchestrator_svc.playground.faults import Fault
from orchestrator_svc.playground.models import Run, RunStatus
from orchestrator_svc.playground.plan import Product

FAULTS = "/api/faults"
RUNS_KEPT = 50


def start_run(
    *,
    by: str,
    total: int,
    modes: Sequence[Mode],
    products: Sequence[Product],
    quantity: int,
) -> Run:
    """Have the worker send orders. Raises FaultsForbidden, StateConflict."""
    refuse_unless_allowed()
    now = clock.now()
    run = Run(
        run_id=f"PLAY-{identity.new_uuid().hex[:12]}",
        status=RunStatus.SENDING,
        by=by[:200],
        modes=[mode.value for mode in modes],
        products=[product.as_json() for product in products],
        quantity=quantity,
        total=total,
        created_at=now,
        updated_at=now,
    )

    def unit() -> None:
        if selectors.sending().exists():
            raise StateConflict("Another run is still being sent; stop it first.")
        insert_rows(Run, [run])
        _forget_old()
        audit.record(by, "playground.start", run.run_id, detail={"orders": total})
        doorbell.ring_on_commit()

    run_atomically(unit)
    return run


def stop_run(*, run_id: str, by: str) -> None:
    """Send no more of it; what was sent goes on. Nothing happens once all is sent."""

    def unit() -> None:
        run = Run.objects.filter(pk=run_id, status=RunStatus.SENDING).first()
        if run is None:
            return
        run.status = RunStatus.STOPPED
        run.updated_at = clock.now()
        update_rows(Run, [run], ("status", "updated_at"))
        audit.record(by, "playground.stop", run_id, detail={"sent": run.sent})

    run_atomically(unit)


def turn_on(*, faults: Sequence[Fault], by: str) -> None:
    """Turn faults on at their services. Raises FaultsForbidden, NoAnswer, Refused."""
    refuse_unless_allowed()
    for fault in faults:
        peers.post(fault.service, FAULTS, _body(fault), by=by)


def turn_off(*, service: str, fault_id: str, by: str) -> None:
    """Turn one fault off; one that is off already is no error. Raises NoAnswer."""
    refuse_unless_allowed()
    try:
        peers.delete(service, f"{FAULTS}/{fault_id}", by=by)
    except peers.Refused:
        return


def turn_all_off(*, by: str) -> list[str]:
    """Turn off what is on in all services; return those that do not answer."""
    refuse_unless_allowed()
    missing = []
    for service in selectors.SERVICES:
        try:
            peers.delete(service, FAULTS, by=by)
        except peers.NoAnswer:
            missing.append(service)
    return missing


def refill_stock(*, by: str) -> None:
    """Set the sample stock anew. Raises FaultsForbidden, NoAnswer, Refused."""
    refuse_unless_allowed()
    peers.post("inventory", "/api/inventory/initialize", by=by)


def _forget_old() -> None:
    """Of what was tried long ago nothing is kept; the orders themselves are."""
    found = Run.objects.order_by("-created_at", "-run_id")
    old = list(found.values_list("pk", flat=True)[RUNS_KEPT : 2 * RUNS_KEPT])
    Run.objects.filter(pk__in=old).delete()


def _body(fault: Fault) -> dict[str, str | int | Decimal]:
    kind = fault.kind
    body: dict[str, str | int | Decimal] = {
        "point": kind.point_at(fault.service),
        "action": kind.action.value,
        "rate": Decimal(fault.percent) / 100,
        "durationSeconds": fault.lasts_s,
        "reason": "on the playground",
    }
    if fault.times:
        body["times"] = fault.times
    if kind.takes_seconds:
        body["seconds"] = fault.wait_s
    return body
