"""Sagas in the admin: looked at, retried and cancelled, never edited."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from common.web.models import AuditEntry
from orchestrator_svc.engine import jobs
from orchestrator_svc.engine.models import RetryJob
from orchestrator_svc.tests.factories import NO, WAYS, saga

pytestmark = pytest.mark.django_db

SAGAS = "/admin/engine/sagainstance/"


def browser(group: str) -> Client:
    """A browser of a user of this group."""
    user = User.objects.create_user(username=group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, action: str, *saga_ids: str) -> str:
    """The page after an action on these sagas."""
    data = {"action": action, "_selected_action": saga_ids}
    return client.post(SAGAS, data, follow=True).content.decode()


@pytest.fixture
def operator() -> Client:
    """An operator's browser."""
    return browser("operator")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [1, 2]),
        ("status=FAILED", [1]),
        ("definition=order", [1, 2]),
        ("definition=cancel-order", []),
        ("attention=needed", [2]),
        ("q=ORD-00000000000000000000000000000002", [2]),
        ("q=CUST", [1, 2]),
        ("q=000", []),
    ],
)
def test_the_list_is_narrowed(operator: Client, query: str, shown: list[int]) -> None:
    """By status, definition, attention and ids."""
    rows = [saga("FAILED", 1), saga(number=2, way=(*WAYS["COMPENSATING"], NO))]
    page = operator.get(f"{SAGAS}?{query}").content.decode()
    found = [n for n, row in enumerate(rows, 1) if f"{row.saga_id}</a>" in page]
    assert found == shown


def test_a_saga_is_shown_with_its_whole_state(operator: Client) -> None:
    """And without anything to change."""
    row = saga("FAILED")
    page = operator.get(f"{SAGAS}{row.saga_id}/change/").content.decode()
    assert "&quot;failedStep&quot;: &quot;CREATE_ORDER&quot;" in page
    assert 'name="_save"' not in page


def test_retrying_leaves_a_job(operator: Client, rung: list[str]) -> None:
    """In the operator's name."""
    row = saga("FAILED")
    page = act(operator, "retry_selected", row.saga_id)
    job = RetryJob.objects.get()
    assert f"{job.job_id} retries 1 sagas." in page
    assert (job.by, job.saga_ids) == ("operator", [row.saga_id])
    jobs.run_all()
    assert job.job_id in operator.get("/admin/engine/retryjob/").content.decode()


def test_cancelling_says_what_could_not_be(operator: Client) -> None:
    """The others are cancelled."""
    running, failed = saga("PAYMENT_PROCESSING", 1), saga("FAILED", 2)
    page = act(operator, "cancel_selected", running.saga_id, failed.saga_id)
    assert "1 sagas are being cancelled." in page
    assert "there is nothing left to cancel" in page
    running.refresh_from_db()
    assert running.status == "COMPENSATING"
    assert AuditEntry.objects.get().actor == "operator"


def test_a_viewer_only_looks() -> None:
    """No action, no change."""
    row = saga("FAILED")
    viewer = browser("viewer")
    assert row.saga_id in viewer.get(SAGAS).content.decode()
    act(viewer, "retry_selected", row.saga_id)
    assert RetryJob.objects.count() == 0
