"""What people may ask the log pages for, and what they say when they act."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.contracts.topics import SERVICES
from common.log_pages.messages import Wanted
from common.messaging.models import LetterStatus
from common.web.converters import is_id
from common.web.serializers import REASON_LENGTH

MOST_OFFSETS = 2**62
# As browsers send what was put into a datetime-local field.
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class MessageSearch(forms.Form):
    """Which messages of a topic; a field that is empty narrows nothing."""

    text = forms.CharField(max_length=200, required=False)
    key = forms.CharField(max_length=200, required=False)
    partition = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    offset = forms.IntegerField(min_value=0, max_value=MOST_OFFSETS, required=False)
    until = forms.DateTimeField(input_formats=TIMES, required=False)
    everywhere = forms.BooleanField(required=False)
    before = forms.CharField(max_length=4000, required=False)
    after = forms.CharField(max_length=4000, required=False)

    def clean(self) -> dict[str, Any]:
        """An offset counts within a partition."""
        said: dict[str, Any] = super().clean() or {}
        is_told = said.get("partition") is not None or "partition" in self.errors
        if said.get("offset") is not None and not is_told:
            self.add_error("partition", _("An offset is of a partition: of which?"))
        return said

    def wanted(self, topic: str) -> Wanted:
        """The messages of the topic that it means; a field in error means nothing."""
        said = dict(self.cleaned_data)
        if self.errors:
            said = {name: said.get(name) for name in self.fields}
        until = said["until"]
        return Wanted(
            topic=topic,
            partition=said["partition"],
            offset=said["offset"],
            until=until.replace(tzinfo=UTC) if until else None,
            key=said["key"] or "",
            everywhere=bool(said["everywhere"]),
            text=said["text"] or "",
            before=said["before"] or "",
            after=said["after"] or "",
        )


class LetterSearch(forms.Form):
    """Which dead letters."""

    service = forms.ChoiceField(
        choices=[(one, one) for one in SERVICES], required=False
    )
    status = forms.ChoiceField(choices=LetterStatus.choices, required=False)
    key = forms.CharField(max_length=64, required=False)
    before = forms.CharField(max_length=100, required=False)

    def clean_key(self) -> str:
        """An id, or nothing."""
        key: str = self.cleaned_data["key"]
        if key and not is_id(key):
            raise forms.ValidationError(
                _("An order's id has letters, digits and . _ : @ - only.")
            )
        return key


class Reason(forms.Form):
    """Why it is done."""

    reason = forms.CharField(max_length=REASON_LENGTH, required=False, strip=True)


class RequiredReason(forms.Form):
    """Why it is done, for what can't be taken back."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        strip=True,
        error_messages={"required": _("Say why: it is for good.")},
    )
