"""A job shows how far it is, what came of it, and what it left alone."""

from __future__ import annotations

import pytest
from django.test import Client

from orchestrator_svc.dashboard.acts import selectors
from orchestrator_svc.engine import jobs
from orchestrator_svc.engine.models import RetryJob, SagaInstance
from orchestrator_svc.tests.factories import saga

pytestmark = pytest.mark.django_db


def job(*saga_ids: str, by: str = "lee", reason: str = "restocked") -> RetryJob:
    """A job over these."""
    return jobs.create(saga_ids=saga_ids, by=by, reason=reason)


def story(of: RetryJob) -> selectors.JobStory:
    """What is told of it."""
    found = selectors.find_job(of.job_id)
    assert found is not None
    return found


class TestStory:
    """What a job is told as."""

    def test_tells_how_its_sagas_ended_and_not_only_that_they_began(self) -> None:
        """By what they are now."""
        rows = [saga("FAILED", number) for number in range(3)]
        done = job(*(row.saga_id for row in rows), saga("COMPLETED", 9).saga_id)
        jobs.run(done.job_id)
        for row, phase in zip(rows, ("COMPLETED", "COMPENSATED"), strict=False):
            SagaInstance.objects.filter(pk=row.pk).update(phase=phase)
        told = story(done)
        outcome = told.outcome
        assert (outcome.total, outcome.under_way) == (3, 1)
        assert (outcome.completed, outcome.compensated, outcome.failed) == (1, 1, 0)
        assert told.is_live
        assert told.refusals() == [("COMPLETED", [done.saga_ids[3]])]

    def test_is_over_once_all_its_sagas_have_ended(self) -> None:
        """Then nothing is asked for again."""
        done = job(saga("COMPLETED").saga_id)
        jobs.run(done.job_id)
        assert not story(done).is_live

    def test_counts_only_those_that_had_their_turn(self) -> None:
        """The rest wait."""
        waiting = job(saga("FAILED").saga_id)
        told = story(waiting)
        assert (told.retried, told.percent, told.is_live) == ([], 0, True)

    def test_estimates_where_there_are_too_many(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From some, taken evenly."""
        monkeypatch.setattr(selectors, "LOOKED_AT", 2)
        rows = [saga("FAILED", number) for number in range(6)]
        done = job(*(row.saga_id for row in rows))
        jobs.run(done.job_id)
        outcome = story(done).outcome
        assert (outcome.total, outcome.looked_at, outcome.is_estimate) == (6, 2, True)
        assert outcome.under_way == 6


class TestPages:
    """/jobs and /jobs/{jobId}."""

    def test_a_job_shows_progress_outcome_and_refusals(self, browser: Client) -> None:
        """With links to the stories."""
        row, done = saga("FAILED", 1), saga("COMPLETED", 2)
        one = job(row.saga_id, done.saga_id)
        jobs.run(one.job_id)
        page = browser.get(f"/jobs/{one.job_id}").content.decode()
        assert "2 of 2 had their turn" in page
        assert f'href="/orders/{row.order_id}"' in page
        assert f'href="/sagas/{done.saga_id}"' in page
        assert "The order is completed" in page
        assert 'data-live="2"' in page

    def test_a_job_that_changes_no_more_is_not_asked_for_again(
        self, browser: Client
    ) -> None:
        """Its part has stopped living."""
        one = job(saga("COMPLETED").saga_id)
        jobs.run(one.job_id)
        assert b"data-live" not in browser.get(f"/jobs/{one.job_id}").content

    def test_an_unchanged_part_is_not_sent_twice(self, browser: Client) -> None:
        """304."""
        address = f"/jobs/{job(saga('FAILED').saga_id).job_id}"
        part = browser.get(address, headers={"hx-request": "true"})
        assert b"<html" not in part.content
        known = {"hx-request": "true", "if-none-match": part["ETag"]}
        assert browser.get(address, headers=known).status_code == 304

    def test_all_jobs_are_listed_newest_first(self, browser: Client) -> None:
        """With who and why, as text."""
        job(saga("FAILED").saga_id, by="<b>kim</b>", reason="<script>x</script>")
        page = browser.get("/jobs").content.decode()
        assert "&lt;b&gt;kim" in page
        assert "<script>x" not in page

    def test_no_job_says_how_to_make_one(self, browser: Client) -> None:
        """Not an empty table."""
        page = browser.get("/jobs").content.decode()
        assert "No orders have been retried together yet." in page

    def test_an_unknown_job_is_not_found(self, browser: Client) -> None:
        """404."""
        assert browser.get("/jobs/JOB-x").status_code == 404

    def test_a_viewer_may_look(self, viewer: Client) -> None:
        """At the list and at one."""
        one = job(saga("FAILED").saga_id)
        assert viewer.get("/jobs").status_code == 200
        assert viewer.get(f"/jobs/{one.job_id}").status_code == 200
