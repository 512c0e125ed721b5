"""A log file, and processes that use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.log.embedded import EmbeddedLog
from common.log.port import TopicSpec
from tests.common.log.processes import Actors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log file is going to be."""
    return tmp_path / "state" / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[EmbeddedLog]:
    """A log on the real clock, with the topic `orders` of eight partitions."""
    opened = EmbeddedLog(str(path))
    opened.admin().ensure_topics([TopicSpec(name="orders")])
    yield opened
    opened.close()


@pytest.fixture
def actors(path: Path) -> Iterator[Actors]:
    """Starts processes on the log file, and ends those that are left."""
    with Actors(f"embedded://{path}") as started:
        yield started
