"""The management commands: what they print, do, and exit with."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.messaging import publishing
from common.messaging.models import OutboxMessage
from common.web.models import AuditEntry
from orchestrator_svc.engine.management.commands.list_stuck_sagas import duration
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import docs
from orchestrator_svc.tests.factories import NO, NOW, WAYS, saga

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, int]:
    """(what was printed, exit code)."""
    out = StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=StringIO())
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


@pytest.fixture(autouse=True)
def published(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> Iterator[list[str]]:
    """What a command published before it ended."""
    types: list[str] = []

    def publish(rows: list[OutboxMessage]) -> None:
        types.extend(row.type for row in rows)

    monkeypatch.setattr(publishing, "publish_now", publish)
    capture: object = django_capture_on_commit_callbacks
    assert callable(capture)
    with capture(execute=True):
        yield types


class TestRetry:
    """retry_sagas."""

    def test_retries_those_named(self) -> None:
        """Audited under the user of the operating system."""
        row = saga("FAILED")
        printed = run("retry_sagas", row.saga_id, "--reason", "restocked")
        assert printed == ("1 of 1 sagas retried.\n", 0)
        row.refresh_from_db()
        assert row.attempt == 2
        entry = AuditEntry.objects.get()
        assert entry.actor.startswith("command:")
        assert (entry.action, entry.reason) == ("saga.retry_many", "restocked")

    def test_exits_1_where_one_named_is_refused(self) -> None:
        """The others are retried all the same."""
        done, failed = saga("COMPLETED", 1), saga("FAILED", 2)
        printed, code = run("retry_sagas", done.saga_id, "SAGA-x", failed.saga_id)
        assert printed.splitlines() == [
            f"{done.saga_id}: COMPLETED",
            "SAGA-x: NOT_FOUND",
            "1 of 3 sagas retried.",
        ]
        assert code == 1

    def test_all_failed(self) -> None:
        """FAILED and COMPENSATED."""
        for number, status in enumerate(("FAILED", "COMPENSATED", "COMPLETED")):
            saga(status, number)
        assert run("retry_sagas", "--all-failed") == ("2 of 2 sagas retried.\n", 0)

    def test_by_status(self) -> None:
        """Only those."""
        saga("FAILED", 1)
        saga("COMPENSATED", 2)
        printed, code = run("retry_sagas", "--status", "FAILED", "--json")
        answer = json.loads(printed)
        assert answer.pop("jobId").startswith("JOB-")
        assert answer == {"total": 1, "retried": 1, "refused": [], "dryRun": False}
        assert code == 0

    def test_a_dry_run_changes_nothing(self) -> None:
        """It says what would be done."""
        row = saga("FAILED")
        printed = run("retry_sagas", row.saga_id, "--dry-run")
        assert printed == ("1 of 1 sagas would be retried.\n", 0)
        assert SagaInstance.objects.get().attempt == 1
        assert AuditEntry.objects.count() == 0

    def test_nothing_to_retry_is_no_fault(self) -> None:
        """Where nothing was named."""
        assert run("retry_sagas", "--all-failed") == ("0 of 0 sagas retried.\n", 0)

    @pytest.mark.parametrize(
        "arguments",
        [(), ("SAGA-1", "--all-failed"), ("--status", "FAILED", "--all-failed")],
    )
    def test_exits_1_where_it_is_not_clear_which(
        self, arguments: tuple[str, ...]
    ) -> None:
        """One way of choosing."""
        assert run("retry_sagas", *arguments) == ("", 1)


class TestListStuck:
    """list_stuck_sagas."""

    def test_exits_0_where_there_are_none(self) -> None:
        """And says so."""
        saga("PAYMENT_PROCESSING")
        assert run("list_stuck_sagas") == ("None.\n", 0)

    def test_exits_1_and_lists_them(self) -> None:
        """What needs a person first."""
        slow = saga("PAYMENT_PROCESSING", 1, now=NOW - timedelta(hours=1))
        held = saga(number=2, way=(*WAYS["COMPENSATING"], NO))
        printed, code = run("list_stuck_sagas")
        why = "REFUND_PAYMENT was refused: DECLINED: no money"
        assert printed.splitlines() == [
            f"{held.saga_id}  {held.order_id}  COMPENSATING  0 s  {why}",
            f"{slow.saga_id}  {slow.order_id}  PAYMENT_PROCESSING  3600 s  takes long",
        ]
        assert code == 1

    def test_prints_json(self) -> None:
        """For programs; the age can be chosen."""
        row = saga("PAYMENT_PROCESSING", now=NOW - timedelta(minutes=2))
        printed, code = run("list_stuck_sagas", "--older-than", "1m", "--json")
        assert json.loads(printed) == [
            {
                "sagaId": row.saga_id,
                "orderId": row.order_id,
                "status": "PAYMENT_PROCESSING",
                "currentStep": "PROCESS_PAYMENT",
                "since": "2026-03-01T11:58:00.123Z",
                "ageSeconds": 120,
                "attention": None,
            }
        ]
        assert code == 1

    @pytest.mark.parametrize("text", ["", "m", "-5m", "1w"])
    def test_what_is_no_duration_is_explained(self, text: str) -> None:
        """With examples of what is."""
        with pytest.raises(ArgumentTypeError, match="such as 90s, 5m, 2h or 1d"):
            duration(text)


class TestCancel:
    """cancel_saga."""

    def test_cancels(self) -> None:
        """With the reason in the audit trail."""
        row = saga("PAYMENT_PROCESSING")
        printed = run("cancel_saga", row.saga_id, "--reason", "fraud")
        assert printed == (f"{row.saga_id}: is being cancelled (COMPENSATING)\n", 0)
        assert AuditEntry.objects.get().reason == "fraud"

    def test_prints_json(self) -> None:
        """A completed one stays completed; another undoes it."""
        row = saga("COMPLETED")
        printed, code = run("cancel_saga", row.saga_id, "--json")
        shown = {"sagaId": row.saga_id, "status": "COMPLETED"}
        assert (json.loads(printed), code) == (shown, 0)

    @pytest.mark.parametrize("saga_id", ["SAGA-x", None])
    def test_exits_1_where_it_cannot(self, saga_id: str | None) -> None:
        """It is unknown, or has failed already."""
        assert run("cancel_saga", saga_id or saga("FAILED").saga_id) == ("", 1)


class TestSettle:
    """settle_saga."""

    def test_settles(self) -> None:
        """The saga goes on."""
        row = saga(way=(*WAYS["COMPENSATING"], NO))
        printed = run(
            "settle_saga", row.saga_id, "REFUND_PAYMENT", "--reference", "T-1"
        )
        text = f"{row.saga_id}: REFUND_PAYMENT is settled (COMPENSATING)\n"
        assert printed == (text, 0)
        row.refresh_from_db()
        assert row.attention_since is None

    def test_exits_1_where_nothing_is_stuck(self) -> None:
        """Or the saga is unknown."""
        row = saga("COMPENSATING")
        for saga_id in (row.saga_id, "SAGA-x"):
            arguments = (saga_id, "REFUND_PAYMENT", "--reference", "T")
            assert run("settle_saga", *arguments) == ("", 1)


class TestDraw:
    """draw_sagas."""

    def test_writes_a_page_for_each_saga(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """As the definitions stand, and says which."""
        monkeypatch.setattr(docs, "FOLDER", tmp_path)
        assert run("draw_sagas") == ("", 0)
        found = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
        assert found == docs.pages()
        assert capsys.readouterr().out.splitlines() == [
            "wrote docs/sagas/order.md",
            "wrote docs/sagas/cancel-order.md",
        ]
