"""The beat as a thread of the worker.

`celery worker -B` runs it as a child process, which outlives a worker that is killed
and then rings for nobody; as a thread it ends with its worker. Two workers of a
service ring twice as often, which is harmless: tasks are doorbells.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService, Scheduler
from django.apps import apps


class BeatStep(bootsteps.StartStopStep):
    """Starts and stops the beat with the worker."""

    requires = {"celery.worker.components:Pool"}  # noqa: RUF012 - Celery's protocol

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        # In memory: what is due is found in the database, not in a schedule file.
        self.service = EmbeddedService(parent.app, thread=True, scheduler_cls=Scheduler)

    def start(self, parent: Any) -> None:
        """Start ringing."""
        parent.app.conf.beat_schedule = schedule()
        self.service.start()

    def stop(self, parent: Any) -> None:
        """Stop ringing; there is nothing to save, so nothing to wait for."""
        self.service.service.stop()


def schedule() -> dict[str, dict[str, Any]]:
    """What rings when: the `BEAT` of every installed app's `tasks` module."""
    found: dict[str, dict[str, Any]] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.tasks"
        if find_spec(name) is not None:
            found.update(getattr(import_module(name), "BEAT", {}))
    return found
