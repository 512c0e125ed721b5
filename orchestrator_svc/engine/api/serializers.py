"""Sagas, retry jobs and definitions as they stand on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.contracts import money
from common.contracts.order import Item
from common.messaging.envelope import iso
from common.saga import Phase, SagaState, StepState, retry_blocked_reason
from common.web.serializers import (
    IdField,
    ItemSerializer,
    MoneyField,
    ReasonSerializer,
    StrictSerializer,
    TextField,
    TimeField,
)
from orchestrator_svc.engine.book import state_of, undo_id
from orchestrator_svc.engine.jobs import RETRYABLE_STATUSES
from orchestrator_svc.engine.models import JobStatus, RetryJob, SagaInstance

MAX_NAMED = 10_000
REFERENCE_LENGTH = 200


class OrderDataSerializer(serializers.Serializer[Any]):
    """What was ordered."""

    customerId = serializers.CharField()
    items = ItemSerializer(many=True)
    totalAmount = MoneyField()


class StepSerializer(serializers.Serializer[Any]):
    """How far one step is, in the present try."""

    name = serializers.CharField()
    status = serializers.CharField()
    startedAt = TimeField(allow_null=True)
    completedAt = TimeField(allow_null=True)
    attempts = serializers.IntegerField(help_text="over all tries")
    error = serializers.CharField(allow_null=True)
    data = serializers.JSONField(  # type: ignore[assignment]
        allow_null=True, help_text="what the reply taught"
    )


class RetrySerializer(serializers.Serializer[Any]):
    """One more try that somebody asked for; `result` is its end, once it has one."""

    retryAt = TimeField()
    fromStep = serializers.CharField()
    by = serializers.CharField()
    result = serializers.CharField(allow_null=True)


class AttentionSerializer(serializers.Serializer[Any]):
    """Why a person should look."""

    since = TimeField()
    why = serializers.CharField()


class SagaSerializer(serializers.Serializer[SagaInstance]):
    """A saga. The fields are for the schema; the values come from its state."""

    sagaId = serializers.CharField()
    orderId = serializers.CharField()
    definition = serializers.CharField()
    definitionVersion = serializers.IntegerField()
    status = serializers.CharField()
    currentStep = serializers.CharField()
    orderData = OrderDataSerializer()
    steps = StepSerializer(many=True)
    paymentId = serializers.CharField(allow_null=True)
    reservationId = serializers.CharField(allow_null=True)
    compensationReason = serializers.CharField(allow_null=True)
    tossPaymentData = serializers.JSONField(allow_null=True)
    retryHistory = RetrySerializer(many=True)
    retryable = serializers.BooleanField()
    retryBlockedReason = serializers.CharField(allow_null=True)
    lastRetryAt = TimeField(allow_null=True)
    attention = AttentionSerializer(allow_null=True)
    undoSagaId = serializers.CharField(
        allow_null=True, help_text="the saga that undoes this completed one"
    )
    createdAt = TimeField()
    updatedAt = TimeField()

    def to_representation(self, instance: SagaInstance) -> dict[str, Any]:
        """The saga as its state tells it."""
        state = state_of(instance)
        return {**_story(instance, state), **_prospects(state)}


def _story(row: SagaInstance, state: SagaState[Any]) -> dict[str, Any]:
    data = state.data
    return {
        "sagaId": row.saga_id,
        "orderId": row.order_id,
        "definition": row.definition,
        "definitionVersion": row.definition_version,
        "status": state.status,
        "currentStep": state.current_step,
        "orderData": {
            "customerId": data.customer_id,
            "items": [_item(item) for item in data.items],
            "totalAmount": money.current().quantize(data.total_amount),
        },
        "steps": [_step(step) for step in state.steps],
        "paymentId": data.payment_id,
        "reservationId": data.reservation_id,
        "compensationReason": state.reason,
        "tossPaymentData": getattr(data, "toss_payment_data", None),
        "createdAt": iso(state.created_at),
        "updatedAt": iso(state.updated_at),
    }


def _prospects(state: SagaState[Any]) -> dict[str, Any]:
    blocked = retry_blocked_reason(state)
    last = state.retries[-1].retry_at if state.retries else None
    undone = state.phase is Phase.COMPLETED and state.cancel is not None
    attention = None
    if state.attention_since is not None:
        attention = {"since": iso(state.attention_since), "why": state.attention or ""}
    return {
        "retryHistory": [
            {
                "retryAt": iso(entry.retry_at),
                "fromStep": entry.from_step,
                "by": entry.by,
                "result": entry.result,
            }
            for entry in state.retries
        ],
        "retryable": blocked is None,
        "retryBlockedReason": blocked,
        "lastRetryAt": iso(last) if last else None,
        "attention": attention,
        "undoSagaId": undo_id(state) if undone else None,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "productId": item.product_id,
        "productName": item.product_name,
        "quantity": item.quantity,
        "price": money.current().quantize(item.price),
    }


def _step(step: StepState) -> dict[str, Any]:
    return {
        "name": step.name,
        "status": step.status.value,
        "startedAt": iso(step.started_at) if step.started_at else None,
        "completedAt": iso(step.completed_at) if step.completed_at else None,
        "attempts": step.attempts,
        "error": step.error,
        "data": step.data,
    }


class SagaStartedSerializer(serializers.Serializer[Any]):
    """The answer to a new order."""

    message = serializers.CharField()
    sagaId = serializers.CharField()
    orderId = serializers.CharField()
    saga = SagaSerializer()


class SagaMessageSerializer(serializers.Serializer[Any]):
    """The answer to an action on one saga."""

    message = serializers.CharField()
    sagaId = serializers.CharField()


class SagaChangedSerializer(SagaMessageSerializer):
    """The same, with the saga as it is now."""

    saga = SagaSerializer()


class SettleRequestSerializer(StrictSerializer):
    """A person did by hand what `step` could not; `reference` proves it."""

    step = IdField()
    reference = TextField(max_length=REFERENCE_LENGTH)

    def validate_reference(self, value: str) -> str:
        """Something must be said."""
        if not value:
            raise serializers.ValidationError("must not be empty")
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": list(RETRYABLE_STATUSES)},
            {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "enum": list(RETRYABLE_STATUSES)},
            },
        ]
    }
)
class StatusesField(serializers.Field):  # type: ignore[type-arg]
    """One status that can be retried, or a list of them."""

    def to_internal_value(self, data: Any) -> list[str]:
        """The statuses."""
        named = data if isinstance(data, list) else [data]
        wrong = [one for one in named if one not in RETRYABLE_STATUSES]
        if wrong or not named:
            allowed = " or ".join(RETRYABLE_STATUSES)
            raise serializers.ValidationError(f"must be {allowed}, or a list of them")
        return list(dict.fromkeys(named))

    def to_representation(self, value: list[str]) -> list[str]:
        """The statuses."""
        return value


class RetryManyRequestSerializer(ReasonSerializer):
    """The sagas named, or all of the statuses; neither means all that can be."""

    sagaIds = serializers.ListField(
        child=IdField(), max_length=MAX_NAMED, allow_empty=False, required=False
    )
    status = StatusesField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Not both."""
        if "sagaIds" in attrs and "status" in attrs:
            text = "name sagaIds or a status, not both"
            raise serializers.ValidationError({"status": text})
        return attrs


class RefusalSerializer(serializers.Serializer[Any]):
    """A saga that was not retried, and why."""

    sagaId = serializers.CharField(source="saga_id")
    code = serializers.CharField()


class RetryJobSerializer(serializers.Serializer[RetryJob]):
    """How far the retry of many sagas is."""

    jobId = serializers.CharField(source="job_id")
    status = serializers.CharField(help_text=", ".join(JobStatus.values))
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    retried = serializers.IntegerField()
    refused = RefusalSerializer(many=True, source="refusals")
    createdAt = TimeField(source="created_at")


class DefinitionStepSerializer(serializers.Serializer[Any]):
    """One step of a definition."""

    name = serializers.CharField()
    to = serializers.CharField(help_text="the service the command goes to")
    kind = serializers.CharField()
    undo = serializers.CharField(allow_null=True)
    statusWhileRunning = serializers.CharField()
    statusWhenDone = serializers.CharField()


class DefinitionSerializer(serializers.Serializer[Any]):
    """What a saga promises and how it goes."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    promise = serializers.CharField()
    undoneBy = serializers.CharField(allow_null=True)
    steps = DefinitionStepSerializer(many=True)
    diagram = serializers.CharField(help_text="Mermaid")


class DefinitionsSerializer(serializers.Serializer[Any]):
    """All definitions, in their newest versions."""

    data = DefinitionSerializer(many=True)  # type: ignore[assignment]
