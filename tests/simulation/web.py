"""The payment service's web process, as the recoveries of other services reach it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import httpx
from rest_framework.request import Request

from common.recovery.client import PaymentService
from common.web.errors import ApplicationError
from payment_svc.payments.api.toss import PaymentFromToss

# Does the work as the payment service; None where that broke down.
Serve = Callable[[Callable[[], httpx.Response]], httpx.Response | None]


def payment_service(serve: Serve) -> PaymentService:
    """`create-from-toss` without a socket: only the wire is left out."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content, parse_float=Decimal)
        answered = serve(lambda: _create_from_toss(body))
        if answered is None:
            raise httpx.ReadError("the payment service died", request=request)
        return answered

    transport = httpx.MockTransport(answer)
    return PaymentService(httpx.Client(transport=transport, base_url="http://payment"))


def _create_from_toss(body: Any) -> httpx.Response:
    try:
        done = PaymentFromToss().post(cast("Request", SimpleNamespace(data=body)))
    except ApplicationError as error:
        said = {"code": error.problem_code, "detail": str(error)}
        return httpx.Response(error.status_code, json=said)
    paid = {name: done.data["payment"][name] for name in ("paymentId", "transactionId")}
    return httpx.Response(done.status_code, json={"payment": paid})
