"""What a person fills in on the playground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.contracts.base import Mode
from orchestrator_svc.playground.faults import KINDS, Fault
from orchestrator_svc.playground.plan import MAX_ORDERS, MIXED, Product

BOTH = "BOTH"
EVERYTHING = "mixed"
MAX_QUANTITY = 10
MAX_LASTS_S = 600
MAX_TIMES = 1000
MAX_WAIT_S = 10
MODES = {
    BOTH: (Mode.ORCHESTRATION, Mode.CHOREOGRAPHY),
    Mode.ORCHESTRATION.value: (Mode.ORCHESTRATION,),
    Mode.CHOREOGRAPHY.value: (Mode.CHOREOGRAPHY,),
}


def _places() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Every kind of fault with the services that it can be turned on in."""
    return [
        (kind.label, [(f"{kind.key}:{service}", service) for service in kind.services])
        for kind in KINDS.values()
    ]


class FaultForm(forms.Form):
    """One fault: what and where, how often, how long."""

    what = forms.ChoiceField(choices=_places, initial="slow:payment")
    percent = forms.IntegerField(min_value=1, max_value=100, initial=100)
    lasts_s = forms.IntegerField(min_value=5, max_value=MAX_LASTS_S, initial=60)
    times = forms.IntegerField(min_value=1, max_value=MAX_TIMES, required=False)
    wait_s = forms.IntegerField(min_value=1, max_value=MAX_WAIT_S, initial=2)

    def fault(self) -> Fault:
        """The fault of a form that is valid."""
        said = self.cleaned_data
        kind, service = said["what"].split(":")
        return Fault(
            kind=KINDS[kind],
            service=service,
            percent=said["percent"],
            lasts_s=said["lasts_s"],
            times=said["times"] or 0,
            wait_s=said["wait_s"],
        )


class RunForm(forms.Form):
    """How many orders, in which pattern, of what."""

    total = forms.IntegerField(min_value=1, max_value=MAX_ORDERS, initial=40)
    modes = forms.ChoiceField(
        choices=[
            (BOTH, _("Both in turn")),
            (Mode.ORCHESTRATION.value, _("Orchestration")),
            (Mode.CHOREOGRAPHY.value, _("Choreography")),
        ],
        initial=BOTH,
    )
    product = forms.ChoiceField(initial=EVERYTHING)
    quantity = forms.IntegerField(
        min_value=MIXED, max_value=MAX_QUANTITY, required=False
    )

    def __init__(self, products: Sequence[Product], *args: Any, **kwargs: Any) -> None:
        """`products` are those that can be chosen."""
        super().__init__(*args, **kwargs)
        self.products = products
        named = [(one.product_id, one.name) for one in products]
        field: Any = self.fields["product"]
        field.choices = [(EVERYTHING, _("All in turn")), *named]

    def clean(self) -> dict[str, Any]:
        """Without products nothing can be ordered."""
        if not self.products:
            raise forms.ValidationError(_("Nothing can be ordered just now."))
        return self.cleaned_data

    def wanted(self) -> dict[str, Any]:
        """What `services.start_run` takes, of a form that is valid."""
        said = self.cleaned_data
        chosen = [
            one
            for one in self.products
            if said["product"] in (EVERYTHING, one.product_id)
        ]
        return {
            "total": said["total"],
            "modes": MODES[said["modes"]],
            "products": chosen,
            "quantity": said["quantity"] or MIXED,
        }
