"""One broker for all tests of the log that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.common.log.broker import real_kafka


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[str]:
    """Its `host:port`."""
    with real_kafka() as address:
        yield address
