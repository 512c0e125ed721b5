"""The definitions this program runs, as its screens show them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.saga import Step
from common.saga.diagram import state_diagram
from common.saga.walks import Example
from common.web.errors import NotFound
from orchestrator_svc.engine.api.serializers import (
    DefinitionSerializer,
    DefinitionsSerializer,
)
from orchestrator_svc.sagas.docs import CANCEL_ORDER, ORDER

EXAMPLES = {example.definition.name: example for example in (ORDER, CANCEL_ORDER)}


class DefinitionList(APIView):
    """Which sagas there are."""

    @extend_schema(operation_id="saga_definitions", responses=DefinitionsSerializer)
    def get(self, request: Request) -> Response:
        """Every definition, in its newest version."""
        return Response({"data": [described(name) for name in EXAMPLES]})


class DefinitionDetail(APIView):
    """One kind of saga."""

    @extend_schema(responses=DefinitionSerializer)
    def get(self, request: Request, name: str) -> Response:
        """The definition of this name."""
        if name not in EXAMPLES:
            raise NotFound(f"There is no saga definition {name}.")
        return Response(described(name))


@lru_cache(maxsize=len(EXAMPLES))
def described(name: str) -> dict[str, Any]:
    """A definition as the wire has it; it cannot change while the program runs."""
    example: Example = EXAMPLES[name]
    definition = example.definition
    return {
        "name": definition.name,
        "version": definition.version,
        "promise": definition.promise,
        "undoneBy": definition.undone_by,
        "steps": [_step(step) for step in definition.steps],
        "diagram": state_diagram(example),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "to": step.ask.command.to,
        "kind": step.kind.value,
        "undo": step.undo.name if step.undo else None,
        "statusWhileRunning": step.running,
        "statusWhenDone": step.done,
    }
