"""Retry sagas from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.messaging.publishing import publishing_at_once
from common.web.audit import command_actor
from orchestrator_svc.engine import jobs
from orchestrator_svc.engine.models import RetryJob


class Command(BaseCommand):
    """Retries ended sagas; exit code 1 where one that was named is refused."""

    help = (
        "Try ended sagas once more: those named, those of a status, or all FAILED and "
        "COMPENSATED ones. What can't be tried again (a cancelled order, a customer's "
        "payment that was refunded) is left alone and listed. Exit code 1 if a saga "
        "named by its id is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("saga_ids", nargs="*", metavar="SAGA_ID")
        parser.add_argument(
            "--status",
            action="append",
            choices=jobs.RETRYABLE_STATUSES,
            help="all sagas of this status; may be given twice",
        )
        parser.add_argument(
            "--all-failed",
            action="store_true",
            help="all sagas that did not complete: FAILED and COMPENSATED",
        )
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        saga_ids = _chosen(options)
        if not saga_ids:
            answer: dict[str, Any] = {"total": 0, "retried": 0, "refused": []}
        elif options["dry_run"]:
            answer = _preview(saga_ids)
        else:
            answer = self._retry(saga_ids, options)
        self._print(answer, as_json=options["json"], dry_run=options["dry_run"])
        if options["saga_ids"] and answer["refused"]:
            count = len(answer["refused"])
            raise CommandError(f"{count} of {answer['total']} can't be retried.")

    def _retry(self, saga_ids: list[str], options: dict[str, Any]) -> dict[str, Any]:
        with publishing_at_once():
            job = jobs.create(
                saga_ids=saga_ids, by=command_actor(), reason=options["reason"]
            )
            jobs.run(job.job_id, watch=self._tell)
        job.refresh_from_db()
        return {
            "jobId": job.job_id,
            "total": job.total,
            "retried": job.retried,
            "refused": [
                {"sagaId": one.saga_id, "code": one.code} for one in job.refusals.all()
            ],
        }

    def _tell(self, job: RetryJob) -> None:
        self.stderr.write(f"{job.done} of {job.total}")

    def _print(self, answer: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({**answer, "dryRun": dry_run}))
            return
        for refusal in answer["refused"]:
            self.stdout.write(f"{refusal['sagaId']}: {refusal['code']}")
        done = "would be retried" if dry_run else "retried"
        self.stdout.write(f"{answer['retried']} of {answer['total']} sagas {done}.")


def _chosen(options: dict[str, Any]) -> list[str]:
    ways = [bool(options[name]) for name in ("saga_ids", "status", "all_failed")]
    if sum(ways) != 1:
        raise CommandError("Name sagas, or give --status, or give --all-failed.")
    return jobs.sagas_to_retry(options["saga_ids"] or None, options["status"])


def _preview(saga_ids: list[str]) -> dict[str, Any]:
    outcomes = list(jobs.preview(saga_ids))
    refused = [{"sagaId": saga, "code": code} for saga, code in outcomes if code]
    retried = len(outcomes) - len(refused)
    return {"total": len(outcomes), "retried": retried, "refused": refused}
