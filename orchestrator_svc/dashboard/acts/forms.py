"""What an operator must say: why, or how it was settled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import identity
from common.web.serializers import REASON_LENGTH
from orchestrator_svc.engine.api.serializers import REFERENCE_LENGTH

TOKEN_LENGTH = 64


class ActForm(forms.Form):
    """An act with a token of the form: a second sending of it does nothing more."""

    token = forms.CharField(
        max_length=TOKEN_LENGTH, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", identity.new_uuid())

    @property
    def text(self) -> str:
        """What is written down with the act."""
        return str(self.cleaned_data["said"])

    @property
    def key(self) -> str:
        """The token, or a new one where a client sends none."""
        return str(self.cleaned_data["token"] or identity.new_uuid())


class ReasonForm(ActForm):
    """Why."""

    said = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Kept with your name in the audit list."),
        error_messages={"required": _("Please say why.")},
    )


class SettleForm(ActForm):
    """How a person did it by hand."""

    said = forms.CharField(
        label=_("Reference"),
        max_length=REFERENCE_LENGTH,
        help_text=_("What proves it: a transfer's number, a ticket, a return slip."),
        error_messages={"required": _("Please give a reference.")},
    )
