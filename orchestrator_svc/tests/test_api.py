"""The orchestrator over HTTP: exact answers, and bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.messaging.models import OutboxMessage
from common.web.models import AuditEntry
from orchestrator_svc.engine import jobs
from orchestrator_svc.engine.api.serializers import SagaSerializer, StepSerializer
from orchestrator_svc.engine.book import state_of, undo_id
from orchestrator_svc.engine.models import RetryJob, SagaInstance
from orchestrator_svc.tests.factories import NO, NOW, RETRIED, WAYS, saga

pytestmark = pytest.mark.django_db

BASE = "/api/orchestrator"
NUMBERED = "ORD-" + 31 * "0"
AT = "2026-03-01T12:00:00.123Z"
ORDER: dict[str, Any] = {
    "customerId": "CUST001",
    "items": [
        {
            "productId": "PROD001",
            "productName": "Laptop",
            "quantity": 2,
            "price": 999.99,
        }
    ],
}


def step(name: str, status: str = "PENDING", **fields: Any) -> dict[str, Any]:
    """A step as it is shown."""
    return {
        "name": name,
        "status": status,
        "startedAt": None,
        "completedAt": None,
        "attempts": 0,
        "error": None,
        "data": None,
        **fields,
    }


class TestStart:
    """POST orders."""

    def test_starts_a_saga(self, client: APIClient) -> None:
        """201 with the whole saga."""
        answer = client.post(f"{BASE}/orders", ORDER)
        body = answer.json()
        row = SagaInstance.objects.get()
        assert answer.status_code == 201
        assert answer["Location"] == f"{BASE}/sagas/{row.saga_id}"
        assert (body["message"], body["sagaId"], body["orderId"]) == (
            "Order saga started successfully",
            row.saga_id,
            row.order_id,
        )
        assert body["saga"] == {
            "sagaId": row.saga_id,
            "orderId": row.order_id,
            "definition": "order",
            "definitionVersion": 1,
            "status": "STARTED",
            "currentStep": "CREATE_ORDER",
            "orderData": {**ORDER, "totalAmount": 1999.98},
            "steps": [
                step("CREATE_ORDER", "IN_PROGRESS", startedAt=AT, attempts=1),
                step("PROCESS_PAYMENT"),
                step("RESERVE_INVENTORY"),
                step("COMPLETE_ORDER"),
            ],
            "paymentId": None,
            "reservationId": None,
            "compensationReason": None,
            "tossPaymentData": None,
            "retryHistory": [],
            "retryable": False,
            "retryBlockedReason": "NOT_ENDED",
            "lastRetryAt": None,
            "attention": None,
            "undoSagaId": None,
            "createdAt": AT,
            "updatedAt": AT,
        }

    def test_carries_the_trace_of_the_request(self, client: APIClient) -> None:
        """Into the saga and its first command."""
        trace = f"00-{'a' * 32}-{'b' * 16}-01"
        client.post(f"{BASE}/orders", ORDER, headers={"traceparent": trace})
        assert SagaInstance.objects.get().traceparent == trace
        assert trace in OutboxMessage.objects.get().headers

    def test_with_a_key_starts_once(self, client: APIClient) -> None:
        """The first answer is given again."""
        headers = {"Idempotency-Key": "k-1"}
        first = client.post(f"{BASE}/orders", ORDER, headers=headers)
        again = client.post(f"{BASE}/orders", ORDER, headers=headers)
        assert (again.status_code, again.json()) == (201, first.json())
        assert SagaInstance.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"customerId": None}, "customerId"),
            ({"items": []}, "items"),
            ({"items": [{**ORDER["items"][0], "quantity": 0}]}, "items[0].quantity"),
            ({"items": [{**ORDER["items"][0], "price": "x"}]}, "items[0].price"),
            (
                {"items": [{**ORDER["items"][0], "productId": "NOPE"}]},
                "items[0].productId",
            ),
            ({"paymentMethod": "CASH"}, "paymentMethod"),
        ],
    )
    def test_refuses_bad_orders(
        self, client: APIClient, change: dict[str, Any], field: str
    ) -> None:
        """The field is named, nothing is written."""
        answer = client.post(f"{BASE}/orders", {**ORDER, **change})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
        assert (SagaInstance.objects.count(), OutboxMessage.objects.count()) == (0, 0)


class TestShow:
    """GET one saga."""

    def test_a_completed_one(self, client: APIClient) -> None:
        """With what the replies taught."""
        row = saga("COMPLETED")
        body = client.get(f"{BASE}/sagas/{row.saga_id}").json()
        assert (body["status"], body["currentStep"]) == ("COMPLETED", "COMPLETED")
        assert (body["paymentId"], body["reservationId"]) == ("PAY-1", "RES-1")
        assert body["steps"][1] == step(
            "PROCESS_PAYMENT",
            "SUCCESS",
            startedAt=AT,
            completedAt=AT,
            attempts=1,
            data={"paymentId": "PAY-1", "transactionId": "TX-1"},
        )
        assert (body["retryable"], body["retryBlockedReason"]) == (False, "COMPLETED")

    def test_a_compensated_one(self, client: APIClient) -> None:
        """With the reason and the refusal of the step."""
        row = saga("COMPENSATED")
        body = client.get(f"{BASE}/sagas/{row.saga_id}").json()
        assert body["compensationReason"] == "INSUFFICIENT_STOCK"
        assert [one["status"] for one in body["steps"]] == [
            "COMPENSATED",
            "COMPENSATED",
            "FAILED",
            "PENDING",
        ]
        assert body["steps"][2]["error"] == "INSUFFICIENT_STOCK: 1 left"
        assert (body["retryable"], body["retryBlockedReason"]) == (True, None)

    def test_a_retried_one(self, client: APIClient) -> None:
        """Every try with its end."""
        row = saga(way=(NO, RETRIED, NO, RETRIED))
        body = client.get(f"{BASE}/sagas/{row.saga_id}").json()
        entry = {"retryAt": AT, "fromStep": "CREATE_ORDER", "by": "operator"}
        assert body["retryHistory"] == [
            {**entry, "result": "FAILED"},
            {**entry, "result": None},
        ]
        assert body["lastRetryAt"] == AT

    def test_one_that_needs_a_person(self, client: APIClient) -> None:
        """Since when, and why."""
        row = saga(way=(*WAYS["COMPENSATING"], NO))
        body = client.get(f"{BASE}/sagas/{row.saga_id}").json()
        assert body["attention"] == {
            "since": AT,
            "why": "REFUND_PAYMENT was refused: DECLINED: no money",
        }

    def test_the_one_of_an_order(self, client: APIClient) -> None:
        """It names the saga that undoes it."""
        row = saga("COMPLETED")
        client.post(f"{BASE}/sagas/{row.saga_id}/cancel")
        body = client.get(f"{BASE}/sagas/order/{row.order_id}").json()
        undo = undo_id(state_of(row))
        assert (body["sagaId"], body["undoSagaId"]) == (row.saga_id, undo)
        assert client.get(f"{BASE}/sagas/{undo}").json()["definition"] == "cancel-order"

    @pytest.mark.parametrize(
        "path",
        ["sagas/SAGA-x", "sagas/order/ORD-x", "sagas/retry-jobs/x", "definitions/x"],
    )
    def test_what_is_not_there_is_404(self, client: APIClient, path: str) -> None:
        """As a problem with a sentence."""
        answer = client.get(f"{BASE}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        assert answer.json()["detail"].startswith("There is no ")

    @pytest.mark.parametrize("saga_id", ["a b", "%00", "ü", "a/b", "x" * 200, "'--"])
    def test_odd_ids_are_404(self, client: APIClient, saga_id: str) -> None:
        """Never 500."""
        assert client.get(f"{BASE}/sagas/{saga_id}").status_code == 404

    def test_the_schema_says_what_is_shown(self) -> None:
        """The fields of the serializer are those of the answer."""
        row = saga("COMPLETED")
        shown = SagaSerializer(row).data
        assert set(SagaSerializer().fields) == set(shown)
        assert set(StepSerializer().fields) == set(shown["steps"][0])


class TestList:
    """GET sagas."""

    @pytest.fixture(autouse=True)
    def _four(self) -> None:
        for number, status in enumerate(
            ("COMPLETED", "FAILED", "PAYMENT_PROCESSING", "COMPENSATED"), start=1
        ):
            saga(status, number, now=NOW + timedelta(minutes=number))

    def numbers(self, client: APIClient, query: str) -> list[int]:
        """The sagas of the answer, by their number."""
        data = client.get(f"{BASE}/sagas?{query}").json()["data"]
        return [int(one["sagaId"][-12:]) for one in data]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [4, 3, 2, 1]),
            ("status=", [4, 3, 2, 1]),
            ("status=FAILED", [2]),
            ("status[]=FAILED&status[]=COMPLETED", [2, 1]),
            ("status=FAILED,COMPLETED", [2, 1]),
            ("status=FAILED&status=COMPLETED", [2, 1]),
            ("status=STARTED", []),
            ("sortBy=createdAt&sortOrder=asc", [1, 2, 3, 4]),
            ("sortBy=status&sortOrder=asc", [4, 1, 2, 3]),
            ("sortBy=orderId", [4, 3, 2, 1]),
            ("q=ORD-00000000000000000000000000000003", [3]),
            ("q=CUST001&status=FAILED", [2]),
            (f"orderId={NUMBERED}3,{NUMBERED}1", [3, 1]),
            (f"orderId={NUMBERED}2,{NUMBERED}1&status=FAILED", [2]),
            (f"orderId={NUMBERED}2&q={NUMBERED}1", []),
            ("definition=cancel-order", []),
            ("definition=all", [4, 3, 2, 1]),
            ("page=2&limit=3", [1]),
            ("page=9", []),
        ],
    )
    def test_narrows_and_orders(
        self, client: APIClient, query: str, found: list[int]
    ) -> None:
        """Newest first unless said otherwise."""
        assert self.numbers(client, query) == found

    def test_says_where_the_page_is(self, client: APIClient) -> None:
        """In the contract's form."""
        answer = client.get(f"{BASE}/sagas?limit=3").json()
        assert answer["pagination"] == {
            "currentPage": 1,
            "totalPages": 2,
            "totalCount": 4,
            "limit": 3,
            "hasNextPage": True,
            "hasPrevPage": False,
        }

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("status=NOPE", "status"),
            ("status=FAILED,NOPE", "status"),
            ("status[]=nope", "status"),
            ("sortBy=price", "sortBy"),
            ("sortOrder=up", "sortOrder"),
            ("definition=x", "definition"),
            ("q=a%20b", "q"),
            ("orderId=a%00", "orderId"),
            ("page=0", "page"),
            ("limit=1000", "limit"),
        ],
    )
    def test_refuses_what_makes_no_sense(
        self, client: APIClient, query: str, field: str
    ) -> None:
        """The parameter is named, and what it may be."""
        answer = client.get(f"{BASE}/sagas?{query}")
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["field"] == field


class TestActions:
    """POST retry, cancel and settle."""

    def test_retry(self, client: APIClient) -> None:
        """Exactly the seed's answer."""
        row = saga("FAILED")
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/retry", {"reason": "again"})
        assert (answer.status_code, answer.json()) == (
            200,
            {"message": "Saga retry initiated successfully", "sagaId": row.saga_id},
        )
        row.refresh_from_db()
        assert row.attempt == 2
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.reason) == ("anonymous@127.0.0.1", "again")

    @pytest.mark.parametrize(
        ("status", "code"),
        [("COMPLETED", "COMPLETED"), ("PAYMENT_PROCESSING", "NOT_ENDED")],
    )
    def test_retry_of_what_cannot_be_is_409(
        self, client: APIClient, status: str, code: str
    ) -> None:
        """With the code and a sentence."""
        row = saga(status)
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/retry")
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert row.saga_id in answer.json()["detail"]

    def test_cancel_of_a_running_saga(self, client: APIClient) -> None:
        """202: it takes its time."""
        row = saga("PAYMENT_PROCESSING")
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/cancel", {"reason": "no"})
        body = answer.json()
        assert (answer.status_code, body["message"], body["sagaId"]) == (
            202,
            "Saga cancellation requested",
            row.saga_id,
        )
        assert body["saga"]["status"] == "COMPENSATING"

    def test_cancel_twice_is_409(self, client: APIClient) -> None:
        """The first is under way."""
        row = saga("COMPLETED")
        client.post(f"{BASE}/sagas/{row.saga_id}/cancel")
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/cancel")
        assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_CANCELLED")

    def test_settle(self, client: APIClient) -> None:
        """The saga goes on."""
        row = saga(way=(*WAYS["COMPENSATING"], NO))
        said = {"step": "REFUND_PAYMENT", "reference": "TICKET-1"}
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/settle", said)
        body = answer.json()
        assert (answer.status_code, body["message"]) == (200, "Step settled by hand")
        assert body["saga"]["attention"] is None

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "step"),
            ({"step": "X"}, "reference"),
            ({"step": "X", "reference": " "}, "reference"),
            ({"step": 1, "reference": "T"}, "step"),
        ],
    )
    def test_settle_needs_step_and_reference(
        self, client: APIClient, body: dict[str, Any], field: str
    ) -> None:
        """The field is named."""
        row = saga("COMPENSATING")
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/settle", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field

    def test_settle_of_what_is_not_stuck_is_409(self, client: APIClient) -> None:
        """It can still be answered."""
        row = saga("COMPENSATING")
        said = {"step": "REFUND_PAYMENT", "reference": "T"}
        answer = client.post(f"{BASE}/sagas/{row.saga_id}/settle", said)
        assert (answer.status_code, answer.json()["code"]) == (409, "NOT_STUCK")

    @pytest.mark.parametrize("action", ["retry", "cancel"])
    def test_of_an_unknown_saga_are_404(self, client: APIClient, action: str) -> None:
        """With its id."""
        answer = client.post(f"{BASE}/sagas/SAGA-x/{action}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "There is no saga SAGA-x.",
        )

    @pytest.mark.parametrize("body", [[], {"reason": 1}, {"reason": "x" * 501}])
    def test_refuse_a_reason_that_is_none(self, client: APIClient, body: Any) -> None:
        """And change nothing."""
        row = saga("FAILED")
        assert client.post(f"{BASE}/sagas/{row.saga_id}/retry", body).status_code == 400
        row.refresh_from_db()
        assert row.attempt == 1


class TestRetryMany:
    """POST sagas/retry and its jobs."""

    def test_makes_a_job(
        self,
        client: APIClient,
        rung: list[str],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        """202, where to watch it, and the worker is rung."""
        saga("FAILED", 1)
        saga("COMPENSATED", 2)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"{BASE}/sagas/retry", {"status": "FAILED"})
        job = RetryJob.objects.get()
        assert (answer.status_code, answer["Location"]) == (
            202,
            f"{BASE}/sagas/retry-jobs/{job.job_id}",
        )
        assert answer.json() == {
            "jobId": job.job_id,
            "status": "WAITING",
            "total": 1,
            "done": 0,
            "retried": 0,
            "refused": [],
            "createdAt": AT,
        }
        assert rung == ["ring"]

    def test_a_job_can_be_watched(self, client: APIClient, rung: list[str]) -> None:
        """By itself and in the list."""
        row = saga("FAILED")
        said = {"sagaIds": [row.saga_id, "SAGA-x"]}
        address = client.post(f"{BASE}/sagas/retry", said)["Location"]
        jobs.run_all()
        body = client.get(address).json()
        assert (body["status"], body["done"], body["retried"]) == ("DONE", 2, 1)
        assert body["refused"] == [{"sagaId": "SAGA-x", "code": "NOT_FOUND"}]
        listed = client.get(f"{BASE}/sagas/retry-jobs").json()
        assert (listed["data"], listed["pagination"]["totalCount"]) == ([body], 1)

    @pytest.mark.parametrize(
        ("body", "total"),
        [
            ({}, 2),
            ({"status": "COMPENSATED"}, 1),
            ({"status": ["FAILED", "COMPENSATED"]}, 2),
            ({"sagaIds": ["SAGA-a", "SAGA-a"]}, 1),
        ],
    )
    def test_takes_ids_or_statuses(
        self, client: APIClient, rung: list[str], body: Any, total: int
    ) -> None:
        """Neither means all that did not complete."""
        saga("FAILED", 1)
        saga("COMPENSATED", 2)
        assert client.post(f"{BASE}/sagas/retry", body).json()["total"] == total

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"status": "COMPLETED"}, "status"),
            ({"status": []}, "status"),
            ({"status": {"a": 1}}, "status"),
            ({"sagaIds": []}, "sagaIds"),
            ({"sagaIds": "SAGA-1"}, "sagaIds"),
            ({"sagaIds": [1]}, "sagaIds[0]"),
            ({"sagaIds": ["a"], "status": "FAILED"}, "status"),
        ],
    )
    def test_refuses_what_makes_no_sense(
        self, client: APIClient, body: Any, field: str
    ) -> None:
        """The field is named, and there is no job."""
        answer = client.post(f"{BASE}/sagas/retry", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
        assert RetryJob.objects.count() == 0

    def test_without_any_saga_is_409(self, client: APIClient) -> None:
        """There is nothing to watch."""
        answer = client.post(f"{BASE}/sagas/retry", {"status": "FAILED"})
        assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_TO_RETRY")


class TestDefinitions:
    """GET definitions."""

    def test_lists_both(self, client: APIClient) -> None:
        """With steps and diagram."""
        order, undo = client.get(f"{BASE}/definitions").json()["data"]
        assert (order["name"], undo["name"]) == ("order", "cancel-order")
        assert order["undoneBy"] == "cancel-order"
        assert order["steps"][1] == {
            "name": "PROCESS_PAYMENT",
            "to": "payment",
            "kind": "COMPENSATABLE",
            "undo": "REFUND_PAYMENT",
            "statusWhileRunning": "PAYMENT_PROCESSING",
            "statusWhenDone": "PAYMENT_COMPLETED",
        }
        assert order["diagram"].startswith("stateDiagram-v2\n")

    def test_shows_one(self, client: APIClient) -> None:
        """By its name."""
        body = client.get(f"{BASE}/definitions/cancel-order").json()
        assert (body["version"], body["undoneBy"]) == (1, None)
        assert [one["undo"] for one in body["steps"]] == [None] * 3


class TestRights:
    """In production."""

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "sagas"),
            ("post", "orders"),
            ("post", "sagas/SAGA-x/retry"),
            ("post", "sagas/SAGA-x/cancel"),
            ("post", "sagas/SAGA-x/settle"),
            ("post", "sagas/retry"),
        ],
    )
    def test_nobody_is_let_in_unnamed(
        self, client: APIClient, settings: Any, method: str, path: str
    ) -> None:
        """Neither to look nor to act."""
        settings.APP_PROFILE = "production"
        answer = getattr(client, method)(f"{BASE}/{path}")
        assert answer.status_code == 401
