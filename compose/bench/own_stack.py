"""A stack for the bench alone: its own state, its own ports, gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.conf.service import SERVICES
from compose.bench.ended import Progress
from compose.bench.options import Options
from compose.bench.report import durability, filesystem_of
from compose.local.backing import given
from compose.local.problem import Problem
from compose.local.stack import Stack


@contextmanager
def own_stack(
    options: Options, scale: int, progress: Progress
) -> Iterator[tuple[Stack, str]]:
    """A healthy stack with `scale` times the sample stock, and how durable it is."""
    state = new_folder(options.state_in)
    env = environment(scale)
    stack = Stack(state, options.port_offset, env=env, kind=options.stack)
    try:
        progress(f"starting a stack at ports 3001 to 3004 + {options.port_offset}")
        stack.start(progress)
        stack.wait_healthy()
        yield stack, durability(filesystem_of(state), options.stack)
    finally:
        progress("stopping the stack")
        stack.stop()
        clear(state, options, progress)


def new_folder(parent: Path | None) -> Path:
    """An empty folder; a Problem when none can be made there."""
    try:
        return Path(tempfile.mkdtemp(prefix="saga-bench-", dir=parent))
    except OSError as error:
        raise Problem(f"No folder for the state can be made: {error}") from error


def environment(scale: int) -> dict[str, str]:
    """What the stack's processes read besides what every stack sets."""
    # What would lead out of the own state, or to the services of another stack:
    foreign = {
        *("LOG_URL", "CELERY_BROKER_URL"),
        *(f"{name.upper()}_URL" for name in SERVICES),
        *map(given, SERVICES),
    }
    outer = {key: value for key, value in os.environ.items() if key not in foreign}
    return {**outer, "APP_PROFILE": "demo", "SAMPLE_STOCK_SCALE": str(scale)}


def clear(state: Path, options: Options, progress: Progress) -> None:
    """The state is gone, or its place is told."""
    if options.keep:
        progress(f"kept: {state}")
    else:
        shutil.rmtree(state)
