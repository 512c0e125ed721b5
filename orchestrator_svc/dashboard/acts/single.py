"""One saga: retry it, cancel it, or settle what it is stuck at."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from common.saga import RequestBlocked
from common.ui.access import OPERATE, needs
from common.ui.pages import PageRequest
from orchestrator_svc.dashboard.acts.dialog import Act, Refused, answer
from orchestrator_svc.dashboard.acts.forms import ReasonForm, SettleForm
from orchestrator_svc.dashboard.acts.obstacles import obstacles
from orchestrator_svc.engine import outlook, selectors, services
from orchestrator_svc.engine.models import SagaInstance

P = ParamSpec("P")
T = TypeVar("T")
DIALOG = ["GET", "HEAD", "POST"]


@require_http_methods(DIALOG)
@needs(OPERATE)
def retry(request: PageRequest, saga_id: str) -> HttpResponse:
    """Another try of an ended saga."""
    row = _saga(saga_id)

    def do(by: str, said: str, key: str) -> None:
        _unless_blocked(services.retry)(saga_id=saga_id, by=by, reason=said)

    act = Act(
        title=_("Retry the order"),
        verb=_("Retry"),
        done=_("The order is being tried again."),
        form=ReasonForm,
        order_id=row.order_id,
        subject=saga_id,
        about=_last_time(row),
        foresee=lambda: _unless_blocked(outlook.of_retry)(row),
        obstacles=lambda: obstacles(selectors.items_of(row)),
        do=do,
    )
    return answer(request, act)


@require_http_methods(DIALOG)
@needs(OPERATE)
def cancel(request: PageRequest, saga_id: str) -> HttpResponse:
    """A running saga turns round; a completed one is undone."""
    row = _saga(saga_id)

    def do(by: str, said: str, key: str) -> None:
        _unless_blocked(services.cancel)(saga_id=saga_id, by=by, reason=said)

    act = Act(
        title=_("Cancel the order"),
        verb=_("Cancel the order"),
        done=_("The order is being cancelled."),
        form=ReasonForm,
        order_id=row.order_id,
        subject=saga_id,
        foresee=lambda: _unless_blocked(outlook.of_cancel)(row),
        do=do,
        is_grave=True,
    )
    return answer(request, act)


@require_http_methods(DIALOG)
@needs(OPERATE)
def settle(request: PageRequest, saga_id: str) -> HttpResponse:
    """What the saga is stuck at was done by a person."""
    row = _saga(saga_id)
    step = selectors.waits_for(row)

    def do(by: str, said: str, key: str) -> None:
        # The step of the form, not of now: the saga may have gone on meanwhile.
        stuck = request.POST.get("step") or step
        _unless_blocked(services.settle)(
            saga_id=saga_id, step=stuck, by=by, reference=said
        )

    act = Act(
        title=_("Settle by hand"),
        verb=_("It is done"),
        done=_("The step counts as done; the saga goes on."),
        form=SettleForm,
        order_id=row.order_id,
        subject=saga_id,
        about=_about(row, step),
        step=step,
        foresee=lambda: _unless_blocked(outlook.of_settle)(row, step),
        do=do,
        is_grave=True,
    )
    return answer(request, act)


def _last_time(row: SagaInstance) -> str:
    """What the last try failed at; nothing where it did not fail by itself."""
    step, why = selectors.failure_of(row)
    if not step:
        return ""
    return gettext("Last time it failed at %(step)s: %(why)s") % {
        "step": step,
        "why": why,
    }


def _about(row: SagaInstance, step: str) -> str:
    why = selectors.attention_of(row)
    if not step or not why:
        return ""
    return gettext(
        "%(step)s cannot be done by the program: %(why)s. Say that you did it by hand"
        " only when you did: nothing checks it."
    ) % {"step": step, "why": why}


def _saga(saga_id: str) -> SagaInstance:
    row = selectors.find(saga_id)
    if row is None:
        raise Http404(f"There is no saga {saga_id}.")
    return row


def _unless_blocked(act: Callable[P, T]) -> Callable[P, T]:
    """The act, whose refusals are those of a dialog."""

    def acted(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return act(*args, **kwargs)
        except RequestBlocked as blocked:
            raise Refused(blocked.code, blocked.message) from None

    return acted
