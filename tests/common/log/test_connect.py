"""An address chooses the adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.log.connect import connect
from common.log.embedded import EmbeddedLog
from common.log.kafka import KafkaLog
from common.log.memory import MemoryLog
from common.log.port import Log


def test_embedded_opens_the_file_when_it_is_used(tmp_path: Path) -> None:
    """Not before: settings may name a log that this process never touches."""
    path = tmp_path / "state" / "log.db"
    log: Log = connect(f"embedded://{path}")
    assert isinstance(log, EmbeddedLog)
    assert not path.parent.exists()
    log.admin().ping()
    assert path.exists()
    log.close()


def test_memory_is_the_one_for_tests() -> None:
    """Each a log of its own."""
    assert isinstance(connect("memory://"), MemoryLog)


def test_kafka_is_connected_when_it_is_used() -> None:
    """Not before: a web process must not wait for a broker in order to start."""
    log: Log = connect("kafka://127.0.0.1:1,127.0.0.1:2")
    assert isinstance(log, KafkaLog)
    log.close()


def test_another_address_is_refused() -> None:
    """With a sentence that shows a good one."""
    with pytest.raises(
        ValueError, match=r"'redis://x'; use embedded:///path/to/log\.db"
    ):
        connect("redis://x")
