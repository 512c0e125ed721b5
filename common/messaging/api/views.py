"""Dead letters, the outbox and the inbox of the service that answers."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.messaging import repairs, selectors
from common.messaging.api.serializers import (
    DeadLetterCountsSerializer,
    DeadLetterDetailSerializer,
    DeadLetterHeadSerializer,
    DeadLetterSerializer,
    DeadLetterSummarySerializer,
    DiscardRequestSerializer,
    InboxMessageSerializer,
    OutboxMessageSerializer,
    RedriveManyRequestSerializer,
    RedrivenSerializer,
    StorySerializer,
    letter_unknown,
    shown,
)
from common.messaging.models import (
    DeadLetter,
    InboxMessage,
    LetterStatus,
    OutboxMessage,
)
from common.web.converters import IdConverter
from common.web.errors import BadRequest, NotFound, StateConflict
from common.web.idempotency import idempotent
from common.web.pagination import MAX_LIMIT, read_number
from common.web.permissions import IsOperator
from common.web.serializers import ReasonSerializer

KEY = OpenApiParameter("key", str, description="An order's id.")
KEY_REQUIRED = OpenApiParameter("key", str, required=True, description="An order's id.")
STATUS = OpenApiParameter("status", str, many=True, enum=list(LetterStatus))
BEFORE = OpenApiParameter("before", str, description="Only those older than this one.")
CONTENT = OpenApiParameter(
    "content", bool, description="`false` leaves out the value, in lists the headers."
)
LIMIT = OpenApiParameter("limit", int, description="How many of each, 1 to 500.")
MAX_TOLD = 500


class DeadLetterList(ListAPIView[DeadLetter]):
    """Messages that could not be handled."""

    serializer_class = DeadLetterSerializer
    queryset = DeadLetter.objects.all()
    filter_backends = ()

    @extend_schema(parameters=[STATUS, KEY, BEFORE, CONTENT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List dead letters, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[DeadLetter]:
        """Of the statuses and the order asked for."""
        rows = selectors.letters(
            statuses=read_statuses(self.request),
            key=read_key(self.request),
            before=read_key(self.request, "before"),
        )
        return rows if _with_content(self.request) else selectors.without_content(rows)

    def get_serializer_class(self) -> type[DeadLetterSerializer]:
        """With what they say, unless that is not wanted."""
        whole = _with_content(self.request)
        return DeadLetterSerializer if whole else DeadLetterSummarySerializer


class DeadLetterCounts(APIView):
    """How many there are."""

    @extend_schema(parameters=[KEY], responses=DeadLetterCountsSerializer)
    def get(self, request: Request) -> Response:
        """The number of dead letters of each status, all of them or of one order."""
        return Response({"counts": selectors.letter_counts(key=read_key(request))})


class DeadLetterDetail(APIView):
    """One of them."""

    @extend_schema(parameters=[CONTENT], responses=DeadLetterDetailSerializer)
    def get(self, request: Request, letter_id: str) -> Response:
        """The letter of this id, with the trace of its last failure."""
        whole = _with_content(request)
        shape = DeadLetterDetailSerializer if whole else DeadLetterHeadSerializer
        return Response(shape(_letter(letter_id)).data)


class DeadLetterValue(APIView):
    """What one of them says."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, letter_id: str) -> HttpResponse:
        """The payload as it came, byte by byte."""
        name = f'attachment; filename="{letter_id}.bin"'
        return HttpResponse(
            bytes(_letter(letter_id).value),
            content_type="application/octet-stream",
            headers={"Content-Disposition": name},
        )


class DeadLetterRedrive(GenericAPIView[DeadLetter]):
    """One more try."""

    permission_classes = (IsOperator,)
    serializer_class = ReasonSerializer

    @extend_schema(request=ReasonSerializer, responses=RedrivenSerializer)
    def post(self, request: Request, letter_id: str) -> Response:
        """Try the letter again, and what it held back.

        Repeating this changes nothing, so it takes no Idempotency-Key.
        """
        said = _read(ReasonSerializer, request)
        letter = _letter(letter_id)
        _refuse(repairs.redrive_refusal(letter))
        return _redriven([letter], request, said["reason"])


class DeadLetterRedriveMany(GenericAPIView[DeadLetter]):
    """One more try of many."""

    permission_classes = (IsOperator,)
    serializer_class = RedriveManyRequestSerializer

    @extend_schema(
        operation_id="redrive_many_dead_letters",
        request=RedriveManyRequestSerializer,
        responses=RedrivenSerializer,
    )
    def post(self, request: Request) -> Response:
        """Try the letters named, or all of a status, or all that can be tried."""
        said = _read(RedriveManyRequestSerializer, request)
        rows = selectors.letters(
            letter_ids=said.get("letterIds", ()),
            statuses=_statuses_of(said),
            key=said.get("key", ""),
        ).order_by("letter_id")
        return _redriven(list(rows[: said["limit"]]), request, said["reason"])


class DeadLetterDiscard(GenericAPIView[DeadLetter]):
    """The end of a letter that is not to be handled."""

    permission_classes = (IsOperator,)
    serializer_class = DiscardRequestSerializer

    @extend_schema(request=DiscardRequestSerializer, responses=DeadLetterSerializer)
    @idempotent
    def post(self, request: Request, letter_id: str) -> Response:
        """Put the letter aside for good; what waited behind it goes on."""
        said = _read(DiscardRequestSerializer, request)
        letter = _letter(letter_id)
        _refuse(repairs.discard_refusal(letter))
        repairs.discard_letter(letter, by=request, reason=said["reason"])
        return Response(DeadLetterSerializer(letter).data)


class OutboxList(ListAPIView[OutboxMessage]):
    """What this service sent about an order."""

    serializer_class = OutboxMessageSerializer
    queryset = OutboxMessage.objects.all()
    filter_backends = ()

    @extend_schema(parameters=[KEY_REQUIRED])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what was sent about the order, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        """Of the order asked for."""
        return selectors.sent(key=read_key(self.request, required=True))


class InboxList(ListAPIView[InboxMessage]):
    """What this service handled of an order."""

    serializer_class = InboxMessageSerializer
    queryset = InboxMessage.objects.all()
    filter_backends = ()

    @extend_schema(parameters=[KEY_REQUIRED])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what was handled of the order, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[InboxMessage]:
        """Of the order asked for."""
        return selectors.handled(read_key(self.request, required=True))


class StoryOfOrder(APIView):
    """All that this service knows of an order's messages, in one answer."""

    @extend_schema(parameters=[KEY_REQUIRED, LIMIT], responses=StorySerializer)
    def get(self, request: Request) -> Response:
        """What was sent, handled and failed of the order, and who did what about it.

        Each list has its newest `limit`, oldest first; `totals` say how many there are.
        """
        key = read_key(request, required=True)
        limit = read_number(request, "limit", MAX_LIMIT, MAX_TOLD)
        return Response(StorySerializer(selectors.story(key=key, limit=limit)).data)


def read_key(request: Request, name: str = "key", *, required: bool = False) -> str:
    """The id in a parameter, or "". Raises BadRequest naming the parameter."""
    text = request.query_params.get(name, "")
    if not text and not required:
        return ""
    # An order of somebody else's may have any id that can stand in an address.
    if not re.fullmatch(IdConverter.regex, text):
        what = "an order's id" if name == "key" else "an id"
        raise BadRequest(f"must be {what}", field=name)
    return text


def read_statuses(request: Request) -> list[str]:
    """The statuses asked for; none means all. Raises BadRequest naming them."""
    given = request.query_params
    texts = [*given.getlist("status"), *given.getlist("status[]")]
    parts = [part.strip() for text in texts for part in text.split(",")]
    for name in filter(None, parts):
        if name not in LetterStatus.values:
            allowed = ", ".join(LetterStatus.values)
            raise BadRequest(f"{name[:40]!r} is not one of {allowed}", field="status")
    return list(dict.fromkeys(filter(None, parts)))


def _with_content(request: Request) -> bool:
    return request.query_params.get("content") != "false"


def _letter(letter_id: str) -> DeadLetter:
    letter = DeadLetter.objects.filter(letter_id=letter_id).first()
    if letter is None:
        raise NotFound(letter_unknown(letter_id))
    return letter


def _statuses_of(said: dict[str, Any]) -> tuple[str, ...]:
    if "letterIds" in said:
        return ()
    return (said["status"],) if "status" in said else repairs.REDRIVABLE


def _refuse(refusal: repairs.Refusal | None) -> None:
    if refusal is not None:
        raise StateConflict(refusal.detail, code=refusal.code)


def _redriven(letters: list[DeadLetter], request: Request, reason: str) -> Response:
    redriven = repairs.redrive_letters(letters, by=request, reason=reason)
    answer = {
        "tried": len(redriven.tried),
        "resolved": redriven.resolved,
        "letters": shown(redriven.tried),
        "refused": [
            {"letterId": one.letter_id, "code": one.code, "detail": one.detail}
            for one in redriven.refused
        ],
    }
    return Response(answer)


def _read(kind: type[Any], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    said: dict[str, Any] = body.validated_data
    return said
