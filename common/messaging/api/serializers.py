"""Messages and letters as they stand on the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.messaging.models import (
    DeadLetter,
    InboxMessage,
    LetterStatus,
    OutboxMessage,
)
from common.messaging.presentation import (
    readable_headers,
    readable_value,
    shown_value,
)
from common.messaging.repairs import REDRIVABLE
from common.web.audit_api import AuditEntrySerializer
from common.web.serializers import (
    REASON_LENGTH,
    IdField,
    ReasonSerializer,
    StrictIntegerField,
    StrictSerializer,
    TextField,
    TimeField,
)

MAX_NAMED = 1000


class MessageSerializer(serializers.Serializer[Any]):
    """A stored message: where it went, and what it says."""

    messageId = serializers.CharField(source="message_id")
    topic = serializers.CharField()
    key = serializers.CharField(source="message_key")
    type = serializers.CharField()
    headers = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()

    def get_headers(self, message: Any) -> dict[str, str]:
        """The headers as a JSON object."""
        return readable_headers(message.headers)

    @extend_schema_field({})
    def get_value(self, message: Any) -> Any:
        """The payload: JSON, or text where it is none."""
        return readable_value(bytes(message.value))


class OutboxMessageSerializer(MessageSerializer):
    """What was sent; `publishedAt` is null until the log has it."""

    causationId = serializers.CharField(source="causation_id")
    createdAt = TimeField(source="created_at")
    publishedAt = TimeField(source="published_at", allow_null=True)

    class Meta:
        model = OutboxMessage


class InboxMessageSerializer(serializers.Serializer[InboxMessage]):
    """What was handled."""

    messageId = serializers.CharField(source="message_id")
    topic = serializers.CharField()
    key = serializers.CharField(source="message_key")
    handledAt = TimeField(source="handled_at")


class DeadLetterSerializer(MessageSerializer):
    """A message that could not be handled, and what becomes of it."""

    letterId = serializers.CharField(source="letter_id")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="topic/partition/offset"
    )
    status = serializers.CharField(help_text=", ".join(LetterStatus.values))
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    nextTryAt = TimeField(source="next_try_at", allow_null=True)
    createdAt = TimeField(source="created_at")
    updatedAt = TimeField(source="updated_at")


class DeadLetterSummarySerializer(DeadLetterSerializer):
    """The same without what it says, which may be long."""

    headers = None  # type: ignore[assignment]
    value = None  # type: ignore[assignment]


class DeadLetterCountsSerializer(serializers.Serializer[Any]):
    """How many letters there are, by status."""

    counts = serializers.DictField(child=serializers.IntegerField())


class DeadLetterDetailSerializer(DeadLetterSerializer):
    """The same with the trace of the last failure."""

    trace = serializers.CharField()


class DeadLetterHeadSerializer(DeadLetterDetailSerializer):
    """The same without the payload, which has an address of its own."""

    value = None  # type: ignore[assignment]


class StoryMessageSerializer(OutboxMessageSerializer):
    """A message in a story: of a large payload only the beginning, as text."""

    @extend_schema_field({})
    def get_value(self, message: Any) -> Any:
        """The payload, or how it begins."""
        return shown_value(bytes(message.value))


class StoryLetterSerializer(DeadLetterSerializer):
    """A letter in a story, likewise."""

    @extend_schema_field({})
    def get_value(self, message: Any) -> Any:
        """The payload, or how it begins."""
        return shown_value(bytes(message.value))


class StoryTotalsSerializer(serializers.Serializer[Any]):
    """How many there are of each, also where fewer are shown."""

    sent = serializers.IntegerField(source="sent.total")
    handled = serializers.IntegerField(source="handled.total")
    deadLetters = serializers.IntegerField(source="letters.total")
    actions = serializers.IntegerField(source="actions.total")


class StorySerializer(serializers.Serializer[Any]):
    """An order as this service lived it: the newest of each list, oldest first."""

    key = serializers.CharField()
    sent = StoryMessageSerializer(source="sent.rows", many=True)
    handled = InboxMessageSerializer(source="handled.rows", many=True)
    deadLetters = StoryLetterSerializer(source="letters.rows", many=True)
    actions = AuditEntrySerializer(source="actions.rows", many=True)
    totals = StoryTotalsSerializer(source="*")


class DiscardRequestSerializer(StrictSerializer):
    """Why a letter is put aside."""

    reason = TextField(max_length=REASON_LENGTH)

    def validate_reason(self, value: str) -> str:
        """Something must be said: it is for good."""
        if not value:
            raise serializers.ValidationError("must not be empty")
        return value


@extend_schema_field({"type": "string", "enum": [str(one) for one in REDRIVABLE]})
class RedrivableField(serializers.Field):  # type: ignore[type-arg]
    """A status whose letters can be tried again."""

    def to_internal_value(self, data: Any) -> str:
        """The status."""
        if data not in REDRIVABLE:
            raise serializers.ValidationError(f"must be {' or '.join(REDRIVABLE)}")
        return str(data)

    def to_representation(self, value: str) -> str:
        """The status."""
        return value


class RedriveManyRequestSerializer(ReasonSerializer):
    """The letters named, or all of a status; neither means all that can be tried."""

    letterIds = serializers.ListField(
        child=IdField(), max_length=MAX_NAMED, allow_empty=False, required=False
    )
    status = RedrivableField(required=False)
    key = IdField(required=False, help_text="only those of this order")
    limit = StrictIntegerField(
        minimum=1,
        maximum=MAX_NAMED,
        default=MAX_NAMED,
        help_text="so many at most, the oldest first",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Not both."""
        if "letterIds" in attrs and "status" in attrs:
            text = "name letterIds or a status, not both"
            raise serializers.ValidationError({"status": text})
        return attrs


class LetterRefusalSerializer(serializers.Serializer[Any]):
    """A letter that was left as it is, and why."""

    letterId = serializers.CharField(source="letter_id")
    code = serializers.CharField()
    detail = serializers.CharField()


class RedrivenSerializer(serializers.Serializer[Any]):
    """What came of a redrive; letters that waited behind others count too."""

    tried = serializers.IntegerField()
    resolved = serializers.IntegerField()
    letters = DeadLetterSerializer(many=True)
    refused = LetterRefusalSerializer(many=True)


def letter_unknown(letter_id: str) -> str:
    """The sentence for an id that is no letter's."""
    return f"There is no dead letter {letter_id}."


def shown(letters: list[DeadLetter]) -> Any:
    """Letters as JSON."""
    return DeadLetterSerializer(letters, many=True).data
