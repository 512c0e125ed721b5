"""Retrying many sagas over HTTP: ask for it, then watch it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web.audit import actor_of
from common.web.errors import NotFound, StateConflict
from common.web.idempotency import idempotent
from common.web.permissions import IsOperator
from orchestrator_svc.engine import jobs, selectors, tasks
from orchestrator_svc.engine.api.serializers import (
    RetryJobSerializer,
    RetryManyRequestSerializer,
)
from orchestrator_svc.engine.models import RetryJob


class SagaRetryMany(GenericAPIView[RetryJob]):
    """Another try of many sagas."""

    permission_classes = (IsOperator,)
    serializer_class = RetryManyRequestSerializer

    @extend_schema(
        operation_id="retry_many_sagas",
        request=RetryManyRequestSerializer,
        responses={202: RetryJobSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Retry the sagas named, or all FAILED and COMPENSATED ones, as a job."""
        body = RetryManyRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        job = _create(body.validated_data, by=actor_of(request))
        tasks.ring_for_jobs()
        return Response(
            RetryJobSerializer(job).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": f"/api/orchestrator/sagas/retry-jobs/{job.job_id}"},
        )


class RetryJobList(ListAPIView[RetryJob]):
    """Retry jobs, newest first."""

    queryset = selectors.jobs()
    serializer_class = RetryJobSerializer
    filter_backends = ()


class RetryJobDetail(APIView):
    """One retry job."""

    @extend_schema(responses=RetryJobSerializer)
    def get(self, request: Request, job_id: str) -> Response:
        """How far the job is, and which sagas it could not retry."""
        job = selectors.jobs().filter(job_id=job_id).first()
        if job is None:
            raise NotFound(f"There is no retry job {job_id}.")
        return Response(RetryJobSerializer(job).data)


def _create(said: dict[str, Any], *, by: str) -> RetryJob:
    chosen = jobs.sagas_to_retry(said.get("sagaIds"), said.get("status"))
    try:
        return jobs.create(saga_ids=chosen, by=by, reason=said["reason"])
    except jobs.NothingToRetry as nothing:
        raise StateConflict(str(nothing), code="NOTHING_TO_RETRY") from None
