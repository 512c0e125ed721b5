"""What our Celery workers do besides tasks: the bridge and the beat, in one process."""

from __future__ import annotations

from celery import Celery

from common.worker import folder_broker
from common.worker.beat import BeatStep
from common.worker.bridge_step import BridgeStep


def install(app: Celery) -> None:
    """Give every worker of `app` a bridge and a beat of its own, on a sound broker."""
    folder_broker.install()
    app.steps["worker"].add(BridgeStep)
    app.steps["worker"].add(BeatStep)
