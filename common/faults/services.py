"""Faults turned on and off, by whom and why; refused where they have no place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings

from common import clock, identity
from common.conf.profile import Profile, state_dir
from common.faults import injection
from common.faults.file import FaultFile
from common.faults.points import declared
from common.faults.record import Action, Fault
from common.storage.transactions import on_commit, run_atomically
from common.web import audit
from common.web.errors import BadRequest, Forbidden, NotFound, StateConflict

PROFILES = (Profile.DEMO, Profile.TEST)
MOST_ON = 50


class FaultsForbidden(Forbidden):
    """No fault may be turned on here."""

    code = "FAULTS_FORBIDDEN"


def are_allowed() -> bool:
    """True in the profiles that are for trying things out."""
    return getattr(settings, "APP_PROFILE", None) in PROFILES


def refuse_unless_allowed() -> None:
    """Raise FaultsForbidden in any other profile."""
    if not are_allowed():
        raise FaultsForbidden(
            "Faults can be turned on in the profiles demo and test only; this service "
            f"runs as {settings.APP_PROFILE}."
        )


def fault_file() -> FaultFile:
    """The file of this service."""
    return FaultFile(state_dir() / "faults" / f"{settings.SERVICE_NAME}.json")


def watch() -> None:
    """Have faults happen in this process, if they are allowed to."""
    if are_allowed():
        injection.install(injection.Watch(settings.SERVICE_NAME, fault_file()))
    else:
        injection.install(None)


def turn_on(
    *,
    by: audit.Actor,
    point: str,
    action: Action,
    rate: float,
    times: int | None,
    seconds: float,
    lasts: timedelta,
    reason: str,
) -> Fault:
    """Turn a fault on; once committed it is on in every process of the service.

    Raises FaultsForbidden, BadRequest for what the point does not offer, StateConflict
    where MOST_ON are on.
    """
    refuse_unless_allowed()
    _check(point, action, seconds)
    now = clock.now()
    fault = Fault(
        fault_id=f"FAULT-{identity.new_uuid().hex}",
        point=point,
        action=action,
        rate=rate,
        times=times,
        seconds=seconds,
        at=now,
        until=now + lasts,
        by=by if isinstance(by, str) else audit.actor_of(by),
        reason=reason,
    )
    run_atomically(lambda: _add(fault, by))
    return fault


def turn_off(
    *, by: audit.Actor, fault_id: str | None = None, reason: str = ""
) -> list[Fault]:
    """Turn off the fault of this id, or all, in every process; return what was on.

    Raises NotFound.
    """
    refuse_unless_allowed()
    gone = [one for one in fault_file().read() if fault_id in (None, one.fault_id)]
    if fault_id is not None and not gone:
        raise NotFound(f"There is no fault {fault_id} that is on.")
    run_atomically(lambda: _remove(gone, by, reason))
    return gone


def _check(point: str, action: Action, seconds: float) -> None:
    known = declared()
    if point not in known:
        names = ", ".join(sorted(known))
        raise BadRequest(f"must be a point of this service: {names}", field="point")
    allowed = known[point].actions
    if action not in allowed:
        names = " or ".join(allowed)
        raise BadRequest(f"must be {names} at {point}", field="action")
    if (action is Action.SLOW) != (seconds > 0):
        raise BadRequest(
            "is for slow, which needs it; no other has it", field="seconds"
        )


def _add(fault: Fault, by: audit.Actor) -> None:
    if len(fault_file().read()) >= MOST_ON:
        raise StateConflict(
            f"{MOST_ON} faults are on; turn some off first.", code="TOO_MANY_FAULTS"
        )
    audit.record(by, "fault.turn_on", fault.point, fault.reason, _about(fault))
    # After the commit: no fault is on of which the audit trail does not know.
    on_commit(partial(fault_file().add, fault))
    on_commit(_be_heard)


def _remove(faults: Sequence[Fault], by: audit.Actor, reason: str) -> None:
    for fault in faults:
        audit.record(by, "fault.turn_off", fault.point, reason, _about(fault))
        on_commit(partial(fault_file().remove, fault.fault_id))
    if faults:
        on_commit(_be_heard)


def _be_heard() -> None:
    """Return when whoever reaches a point has looked since, here and elsewhere.

    Else an order that is placed right after the answer may be past the point before
    its process has heard: it takes less time than a process may go without looking.
    """
    injection.look_again()
    time.sleep(injection.LOOK_EVERY_S)


def _about(fault: Fault) -> dict[str, str | float | int | None]:
    return {
        "faultId": fault.fault_id,
        "action": fault.action,
        "rate": fault.rate,
        "times": fault.times,
        "seconds": fault.seconds,
    }
