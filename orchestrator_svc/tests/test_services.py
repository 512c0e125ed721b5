"""What can be done to sagas from outside; each act in one unit with its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.contracts.base import PaymentMethod
from common.saga import CancelBlocked, RetryBlocked, SettleBlocked
from common.web.models import AuditEntry
from orchestrator_svc.engine import services
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import LAPTOPS, NO, NOW, TOTAL, WAYS, saga

pytestmark = pytest.mark.django_db
Sent = Callable[[], list[tuple[str, str]]]


class TestStartOrder:
    """start_order()."""

    def test_stores_the_saga_and_its_first_command(self, sent: Sent) -> None:
        """Under new ids."""
        row = services.start_order(customer_id="CUST001", items=(LAPTOPS,))
        stored = SagaInstance.objects.get()
        assert (stored.saga_id, stored.status) == (row.saga_id, "STARTED")
        assert (stored.customer_id, stored.total_amount) == ("CUST001", TOTAL)
        assert row.saga_id.startswith("SAGA-")
        assert row.order_id.startswith("ORD-")
        assert sent() == [("CREATE_ORDER", f"{row.saga_id}/1")]

    @pytest.mark.parametrize(("method", "limit"), [("TOSS", 90), ("AUTO", None)])
    def test_a_customer_has_the_time_that_is_set_now(
        self, settings: Any, method: str, limit: int | None
    ) -> None:
        """The saga keeps it, whatever the setting says when it is looked at."""
        settings.TOSS_CONFIRM_WITHIN_S = 90
        row = services.start_order(
            customer_id="CUST001",
            items=(LAPTOPS,),
            payment_method=PaymentMethod(method),
        )
        data = state_of(SagaInstance.objects.get(saga_id=row.saga_id)).data
        assert (data.payment_method, data.pay_within_s) == (method, limit)

    def test_costs_two_statements(self) -> None:
        """An INSERT each for the saga and its command; nothing is read."""
        with CaptureQueriesContext(connection) as queries:
            services.start_order(customer_id="CUST001", items=(LAPTOPS,))
        told = [query["sql"].removeprefix("1 times: ") for query in queries]
        verbs = [statement.split()[0].upper() for statement in told]
        around = ("SAVEPOINT", "RELEASE", "SESSION.")
        assert [v for v in verbs if not v.startswith(around)] == ["INSERT", "INSERT"]


class TestRetry:
    """retry()."""

    def test_starts_another_try(self, sent: Sent) -> None:
        """With the next attempt, audited."""
        row = saga("FAILED")
        services.retry(saga_id=row.saga_id, by="lee", reason="restocked")
        row.refresh_from_db()
        assert (row.status, row.attempt) == ("STARTED", 2)
        assert sent() == [("CREATE_ORDER", f"{row.saga_id}/2")]
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.target, entry.reason) == (
            "lee",
            "saga.retry",
            row.saga_id,
            "restocked",
        )

    def test_of_a_running_saga_is_blocked_and_leaves_no_trace(self, sent: Sent) -> None:
        """Neither a message nor an audit entry."""
        row = saga("PAYMENT_PROCESSING")
        with pytest.raises(RetryBlocked) as blocked:
            services.retry(saga_id=row.saga_id, by="lee")
        assert blocked.value.code == "NOT_ENDED"
        assert (sent(), AuditEntry.objects.count()) == ([], 0)

    def test_of_an_unknown_saga_says_so(self) -> None:
        """By its id."""
        with pytest.raises(services.SagaUnknown, match="There is no saga SAGA-x"):
            services.retry(saga_id="SAGA-x", by="lee")


class TestCancel:
    """cancel()."""

    def test_turns_a_running_saga_round(self, sent: Sent) -> None:
        """In the operator's name."""
        row = saga("PAYMENT_PROCESSING")
        services.cancel(saga_id=row.saga_id, by="lee", reason="fraud")
        row.refresh_from_db()
        assert state_of(row).reason == "CANCELLED_BY_OPERATOR"
        assert sent() == [("REFUND_PAYMENT", f"{row.saga_id}/3")]

    def test_has_a_completed_one_undone(self, sent: Sent) -> None:
        """By another saga."""
        row = saga("COMPLETED")
        services.cancel(saga_id=row.saga_id, by="lee")
        assert [name for name, _ in sent()] == ["RELEASE_INVENTORY"]

    @pytest.mark.parametrize("status", ["FAILED", "COMPENSATED"])
    def test_of_one_that_has_failed_is_blocked(self, status: str) -> None:
        """There is nothing left to cancel."""
        row = saga(status)
        with pytest.raises(CancelBlocked) as blocked:
            services.cancel(saga_id=row.saga_id, by="lee")
        assert blocked.value.code == "ALREADY_FAILED"


class TestSettle:
    """settle()."""

    def test_counts_a_stuck_undo_as_done(self, sent: Sent) -> None:
        """And the saga goes on."""
        row = saga(way=(*WAYS["COMPENSATING"], NO))
        services.settle(
            saga_id=row.saga_id, step="REFUND_PAYMENT", by="lee", reference="T-1"
        )
        row.refresh_from_db()
        assert (row.attention_since, row.status) == (None, "COMPENSATING")
        assert [name for name, _ in sent()] == ["CANCEL_ORDER"]
        assert AuditEntry.objects.get().reason == "T-1"

    def test_of_what_is_not_stuck_is_blocked(self) -> None:
        """The command can still be answered."""
        row = saga("COMPENSATING")
        with pytest.raises(SettleBlocked) as blocked:
            services.settle(
                saga_id=row.saga_id, step="REFUND_PAYMENT", by="lee", reference="T-1"
            )
        assert blocked.value.code == "NOT_STUCK"


class TestExpire:
    """expire()."""

    def test_wakes_those_whose_time_has_come(self, sent: Sent) -> None:
        """Nobody else."""
        due = saga("PAYMENT_PROCESSING", 1)
        saga("PAYMENT_PROCESSING", 2, now=NOW + timedelta(seconds=3))
        saga("COMPLETED", 3)
        assert services.expire(NOW + timedelta(seconds=5)) == 1
        assert sent() == [("PROCESS_PAYMENT", f"{due.saga_id}/2")]

    def test_takes_at_most_so_many_at_once(self) -> None:
        """The longest waiting first."""
        for number in range(5):
            saga("STARTED", number, now=NOW - timedelta(seconds=number))
        later = NOW + timedelta(minutes=1)
        assert [services.expire(later, 3), services.expire(later, 3)] == [3, 2]
