"""The payment service's web process, as the recoveries of other services reach it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import httpx
from rest_framework.request import Request

from common.recovery import client
from common.recovery.client import Finding
from common.recovery.models import Recovery
from common.recovery.services import Ensure
from common.web import peers
from common.web.errors import ApplicationError
from payment_svc.payments.api.toss import PaymentFromToss

# Does the work as the payment service; None where that broke down.
Serve = Callable[[Callable[[], httpx.Response]], httpx.Response | None]


def payment_service(serve: Serve) -> Ensure:
    """`create-from-toss` without a socket: only the wire is left out."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content, parse_float=Decimal)
        answered = serve(lambda: _create_from_toss(body))
        if answered is None:
            raise httpx.ReadError("the payment service died", request=request)
        return answered

    transport = httpx.MockTransport(answer)
    http = httpx.Client(transport=transport, base_url="http://payment")

    def ensure(row: Recovery) -> Finding:
        with patch.object(peers, "client", lambda _service: http):
            return client.ensure(row)

    return ensure


def _create_from_toss(body: Any) -> httpx.Response:
    try:
        done = PaymentFromToss().post(cast("Request", SimpleNamespace(data=body)))
    except ApplicationError as error:
        said = {"code": error.problem_code, "detail": str(error)}
        return httpx.Response(error.status_code, json=said)
    paid = {name: done.data["payment"][name] for name in ("paymentId", "transactionId")}
    return httpx.Response(done.status_code, json={"payment": paid})
