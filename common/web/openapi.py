"""What the OpenAPI of every view says beyond what drf-spectacular sees by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.contracts import money
from common.web.peers import IDEMPOTENCY_KEY


class FieldProblemSerializer(serializers.Serializer[Any]):
    """A field and what is wrong with it."""

    field = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details, and the seed's `error` and `message`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    instance = serializers.CharField()
    error = serializers.CharField()
    message = serializers.CharField()
    errors = FieldProblemSerializer(  # type: ignore[assignment]
        many=True, required=False
    )


class ServiceSchema(AutoSchema):
    """Adds the Idempotency-Key of POSTs, and the problem every view may answer."""

    def get_override_parameters(self) -> list[Any]:
        """The headers a view takes."""
        if self.method != "POST":
            return []
        return [
            OpenApiParameter(
                IDEMPOTENCY_KEY,
                str,
                OpenApiParameter.HEADER,
                description="The same key and body replay the first answer; "
                "the same key with another body is 422.",
            )
        ]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if direction == "response":
            answer = OpenApiResponse(ProblemSerializer, "A problem")
            media = ["application/problem+json"]
            response_for = self._get_response_for_code
            bodies["default"] = response_for(  # type: ignore[no-untyped-call]
                answer, "default", media
            )
        return bodies


class MoneySchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An amount is a number of the currency's smallest unit; a whole one without."""

    target_class = "common.web.serializers.MoneyField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """The JSON schema of the field."""
        currency = money.current()
        if currency.places == 0:
            return {"type": "integer", "minimum": 0, "multipleOf": 1}
        return {"type": "number", "minimum": 0, "multipleOf": float(currency.unit)}
