"""Many sagas are retried by a job, after what it will come to has been seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from common.contracts.base import PaymentMethod
from common.web.models import AuditEntry
from orchestrator_svc.engine import outlook
from orchestrator_svc.engine.models import RetryJob, SagaInstance
from orchestrator_svc.tests.factories import saga

pytestmark = pytest.mark.django_db
Sent = Callable[[], list[tuple[str, str]]]
ADDRESS = "/sagas/retry"
FAILED = f"{ADDRESS}?status=FAILED&status=COMPENSATED"


def some() -> list[SagaInstance]:
    """Two that can be tried again and one that cannot."""
    return [saga("FAILED", 1), saga("COMPENSATED", 2), saga("COMPLETED", 3)]


def ids(rows: list[SagaInstance]) -> list[str]:
    """Their ids."""
    return [row.saga_id for row in rows]


class TestLooking:
    """Before a reason is said nothing is done."""

    def test_sums_up_what_is_ticked(self, browser: Client, sent: Sent) -> None:
        """How many can be tried again, how many not and why, and what moves."""
        page = browser.get(ADDRESS, {"saga": ids(some())}).content.decode()
        assert "3 orders are chosen." in page
        assert "The order is completed: there is nothing left to try again." in page
        assert "$3,999.96" in page
        assert "4 × <span" in page
        assert (sent(), RetryJob.objects.count()) == ([], 0)

    def test_takes_the_ticks_of_a_list_by_post_too(self, browser: Client) -> None:
        """A hundred ids are too long for an address."""
        answer = browser.post(ADDRESS, {"saga": ids(some())})
        assert answer.status_code == 200
        assert b"3 orders are chosen." in answer.content
        assert not RetryJob.objects.exists()

    def test_takes_all_of_some_statuses(self, browser: Client) -> None:
        """Of those in which a saga can be tried again."""
        some()
        page = browser.get(f"{FAILED}&status=COMPLETED").content.decode()
        assert "2 orders are chosen." in page
        assert 'name="status" value="COMPENSATED"' in page
        assert 'value="COMPLETED"' not in page

    def test_says_whose_customers_have_to_pay(self, browser: Client) -> None:
        """A charge in person waits for the person."""
        row = saga("FAILED", payment_method=PaymentMethod.TOSS)
        page = browser.get(ADDRESS, {"saga": row.saga_id}).content.decode()
        assert "1 of them wait for their customers to pay" in page

    def test_says_that_it_is_an_estimate(
        self, browser: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where there are too many to look at each."""
        monkeypatch.setattr(outlook, "SAMPLE", 2)
        for number in range(4):
            saga("FAILED", number)
        page = browser.get(FAILED).content.decode()
        assert "The numbers below are an estimate from 2 of them" in page
        assert "about 4</strong>" in " ".join(page.split())

    @pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?status=nonsense"])
    def test_of_nothing_says_so(self, browser: Client, address: str) -> None:
        """And the button cannot be pressed."""
        page = browser.get(address).content.decode()
        assert "No order is chosen." in page
        assert "disabled" in page

    def test_of_nothing_that_can_be_retried_says_so(self, browser: Client) -> None:
        """With the reasons."""
        row = saga("COMPLETED")
        page = browser.get(ADDRESS, {"saga": row.saga_id}).content.decode()
        assert "None of these orders can be tried again." in page

    def test_looks_at_each_saga_once(
        self, browser: Client, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        """However many there are, in a few queries."""
        rows = [saga("FAILED", number) for number in range(50)]
        with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
            browser.get(ADDRESS, {"saga": ids(rows)})


class TestDoing:
    """With a reason a job is made."""

    def test_makes_a_job_and_rings(self, browser: Client, rung: list[str]) -> None:
        """And shows how far it is."""
        chosen = ids(some())
        answer = browser.post(ADDRESS, {"saga": chosen, "said": "restocked"})
        job = RetryJob.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, f"/jobs/{job.job_id}")
        assert (job.saga_ids, job.by, job.reason) == (
            chosen,
            "anonymous@127.0.0.1",
            "restocked",
        )
        assert AuditEntry.objects.get().action == "saga.retry_many"

    def test_the_same_form_twice_makes_one(self, browser: Client) -> None:
        """And shows that one again."""
        form = {"saga": ids(some()), "said": "restocked", "token": "one"}
        answers = [browser.post(ADDRESS, form) for _ in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert RetryJob.objects.count() == 1

    def test_two_forms_make_two(self, browser: Client) -> None:
        """Their tokens differ."""
        for token in ("one", "two"):
            form = {"saga": ids([saga("FAILED", len(token) + ord(token[0]))])}
            browser.post(ADDRESS, {**form, "said": "again", "token": token})
        assert RetryJob.objects.count() == 2

    def test_without_a_reason_asks_again(self, browser: Client) -> None:
        """The ticks are kept."""
        rows = some()
        answer = browser.post(ADDRESS, {"saga": ids(rows), "said": " "})
        assert answer.status_code == 422
        assert f'value="{rows[0].saga_id}"'.encode() in answer.content
        assert not RetryJob.objects.exists()

    def test_of_nothing_is_a_conflict(self, browser: Client) -> None:
        """In a sentence."""
        answer = browser.post(FAILED, {"status": "FAILED", "said": "again"})
        assert answer.status_code == 409
        assert b"No order is chosen." in answer.content


def test_a_viewer_may_not(viewer: Client) -> None:
    """403, and there is no job."""
    form = {"saga": saga("FAILED").saga_id, "said": "x"}
    assert viewer.post(ADDRESS, form).status_code == 403
    assert viewer.get(FAILED).status_code == 403
    assert not RetryJob.objects.exists()


def test_a_form_of_another_site_does_nothing() -> None:
    """Without the token of the page it is refused."""
    careful = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    form = {"saga": saga("FAILED").saga_id, "said": "x"}
    assert careful.post(ADDRESS, form).status_code == 403
    assert not RetryJob.objects.exists()
