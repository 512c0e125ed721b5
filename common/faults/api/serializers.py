"""Points and faults as they stand on the wire."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.faults.record import Action
from common.web.serializers import (
    REASON_LENGTH,
    IdField,
    StrictIntegerField,
    StrictSerializer,
    TextField,
    TimeField,
    shared,
)

MOST_TIMES = 10_000
MOST_SECONDS = 60
LASTS_S = 60
MOST_LASTS_S = 3600
# As OpenAPI 3.0 says it.
ABOVE_ZERO = {"type": "number", "minimum": 0, "exclusiveMinimum": True}


class AboveZeroField(serializers.Field):  # type: ignore[type-arg]
    """A JSON number above 0, up to `maximum`."""

    def __init__(self, *, maximum: int, **kwargs: Any) -> None:
        """`maximum` belongs to what is allowed, 0 does not."""
        super().__init__(**kwargs)
        self.maximum = maximum

    def to_internal_value(self, data: Any) -> float:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int | float | Decimal):
            raise serializers.ValidationError("must be a number")
        if not 0 < data <= self.maximum:
            raise serializers.ValidationError(
                f"must be above 0 and at most {self.maximum}"
            )
        return float(data)

    def to_representation(self, value: float) -> float:
        """The number."""
        return value


@extend_schema_field({**ABOVE_ZERO, "maximum": 1})
class RateField(AboveZeroField):
    """How likely a strike is, each time the point is reached."""


@extend_schema_field({**ABOVE_ZERO, "maximum": MOST_SECONDS})
class SecondsField(AboveZeroField):
    """How long who reaches the point must wait."""


class FaultRequestSerializer(StrictSerializer):
    """A fault to be turned on; without `times` it strikes until its time is over."""

    point = IdField()
    action = serializers.ChoiceField(
        choices=[action.value for action in Action],
        error_messages={"invalid_choice": "must be crash, fail or slow"},
    )
    rate = RateField(maximum=1, default=1.0)
    times = StrictIntegerField(minimum=1, maximum=MOST_TIMES, required=False)
    seconds = SecondsField(maximum=MOST_SECONDS, required=False)
    durationSeconds = StrictIntegerField(
        minimum=1, maximum=MOST_LASTS_S, default=LASTS_S
    )
    reason = TextField(max_length=REASON_LENGTH, required=False, default="")


def read_fault(data: Any) -> dict[str, Any]:
    """What `services.turn_on` takes. Raises ValidationError naming every bad field."""
    said = shared(FaultRequestSerializer).run_validation(data)
    return {
        "point": said["point"],
        "action": Action(said["action"]),
        "rate": said["rate"],
        "times": said.get("times"),
        "seconds": said.get("seconds", 0.0),
        "lasts": timedelta(seconds=said["durationSeconds"]),
        "reason": said["reason"],
    }


class FaultSerializer(serializers.Serializer[Any]):
    """A fault that is on."""

    faultId = serializers.CharField(source="fault_id")
    point = serializers.CharField()
    action = serializers.CharField(help_text=", ".join(Action))
    rate = serializers.FloatField()
    times = serializers.IntegerField(
        allow_null=True, help_text="How often it may still strike; null: no limit."
    )
    seconds = serializers.FloatField()
    createdAt = TimeField(source="at")
    until = TimeField()
    by = serializers.CharField()
    reason = serializers.CharField()


class PointSerializer(serializers.Serializer[Any]):
    """A place where faults can be turned on."""

    name = serializers.CharField()
    meaning = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())


class FaultsSerializer(serializers.Serializer[Any]):
    """What can go wrong on purpose in this service, and what does."""

    service = serializers.CharField()
    points = PointSerializer(many=True)
    faults = FaultSerializer(many=True)


class TurnedOffSerializer(serializers.Serializer[Any]):
    """The faults that were on until now."""

    turnedOff = FaultSerializer(many=True)
