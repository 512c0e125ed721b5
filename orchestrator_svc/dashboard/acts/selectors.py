"""What came of a job over many sagas: how they stand by now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, QuerySet

from common.saga import Phase
from orchestrator_svc.engine.models import LONG, JobStatus, RetryJob, SagaInstance
from orchestrator_svc.engine.selectors import rows_of

# Of more sagas than this a part is looked at, and the numbers are an estimate.
LOOKED_AT = 5000
CHUNK = 500
UNDER_WAY = (Phase.RUNNING, Phase.COMPENSATING)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How the sagas stand that a job has tried again, by phase.

    Where fewer were looked at than there are, the numbers are scaled up from those.
    """

    total: int
    looked_at: int
    phases: Counter[str] = field(default_factory=Counter)

    @property
    def is_estimate(self) -> bool:
        """True where not every saga was looked at."""
        return self.looked_at < self.total

    @property
    def under_way(self) -> int:
        """How many have not ended."""
        return sum(self._scaled(phase) for phase in UNDER_WAY)

    @property
    def completed(self) -> int:
        """How many came to a good end."""
        return self._scaled(Phase.COMPLETED)

    @property
    def compensated(self) -> int:
        """How many were undone once more."""
        return self._scaled(Phase.COMPENSATED)

    @property
    def failed(self) -> int:
        """How many failed before anything was done."""
        return self._scaled(Phase.FAILED)

    def _scaled(self, phase: Phase) -> int:
        if not self.looked_at:
            return 0
        return round(self.phases[phase.value] * self.total / self.looked_at)


class JobStory:
    """One job with the sagas it is over; each thing is read when it is asked for."""

    def __init__(self, job: RetryJob) -> None:
        self.job = job

    @property
    def is_done(self) -> bool:
        """True where every saga has had its turn."""
        return self.job.status == JobStatus.DONE

    @property
    def is_live(self) -> bool:
        """True while anything in this story can change by itself."""
        return not self.is_done or self.outcome.under_way > 0

    @property
    def percent(self) -> int:
        """How much is done, rounded down: 100 is all."""
        return self.job.done * 100 // self.job.total if self.job.total else 100

    @property
    def left_alone(self) -> int:
        """How many had their turn and were refused."""
        return self.job.done - self.job.retried

    @cached_property
    def retried(self) -> list[str]:
        """The ids of the sagas that are being tried again, in the job's order."""
        refused = set(self.job.refusals.values_list("saga_id", flat=True))
        had_their_turn = self.job.saga_ids[: self.job.done]
        return [saga_id for saga_id in had_their_turn if saga_id not in refused]

    @cached_property
    def outcome(self) -> Outcome:
        """How those stand by now."""
        every = max(1, -(-len(self.retried) // LOOKED_AT))
        asked = self.retried[::every]
        found = Outcome(total=len(self.retried), looked_at=len(asked))
        for start in range(0, len(asked), CHUNK):
            rows = SagaInstance.objects.filter(saga_id__in=asked[start : start + CHUNK])
            counted = rows.order_by().values_list("phase").annotate(n=Count("saga_id"))
            found.phases.update(dict(counted))
        return found

    def rows(self, start: int, stop: int) -> list[SagaInstance]:
        """The sagas from one place in `retried` to another."""
        return rows_of(self.retried[start:stop])

    def refusals(self) -> list[tuple[str, list[str]]]:
        """The codes of refusals with the sagas of each, the commonest first."""
        by_code: dict[str, list[str]] = {}
        for code, saga_id in self.job.refusals.values_list("code", "saga_id"):
            by_code.setdefault(code, []).append(saga_id)
        return sorted(by_code.items(), key=lambda pair: -len(pair[1]))


def find_job(job_id: str) -> JobStory | None:
    """The story of one job."""
    job = RetryJob.objects.filter(job_id=job_id).first()
    return JobStory(job) if job else None


def jobs() -> QuerySet[RetryJob]:
    """All jobs, newest first, without their long lists."""
    return RetryJob.objects.defer(*LONG)
