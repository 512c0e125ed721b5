"""The bootstep that starts the bridge with a Celery worker, and stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import bootsteps

if TYPE_CHECKING:
    from common.worker.bridge_thread import BridgeThread


class BridgeStep(bootsteps.StartStopStep):
    """Runs the bridge in a thread of the worker, from its start to its stop."""

    requires = {"celery.worker.components:Pool"}  # noqa: RUF012 - Celery's protocol

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._thread: BridgeThread | None = None

    def start(self, parent: Any) -> None:
        """Join the group, unless the database is in another currency."""
        # These need Django's models, which are not there yet when a service's package,
        # and with it this module, is imported.
        from common.storage.currency import look_at_start
        from common.worker.bridge_thread import BridgeThread

        look_at_start()
        self._thread = BridgeThread()
        self._thread.start()

    def stop(self, parent: Any) -> None:
        """Finish the batch at hand and leave the group."""
        if self._thread is not None:
            self._thread.stop()
            self._thread.join(timeout=30)
