"""Records that others wrote, with bytes where we have text."""

from __future__ import annotations

import pytest
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

from common.log.kafka import records
from common.log.kafka.records import TolerantBatch, log_record
from tests.common.log.kafka.consumed import consumed


def batch_with(name: bytes) -> bytes:
    """A batch of two records, the first with a header of that name."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=10_000,
    )
    placeholder = "n" * len(name)
    builder.append(0, 1, b"k", b"first", [(placeholder, b"v"), ("good", b"w")])
    builder.append(1, 1, b"k", b"second", [])
    return bytes(builder.build()).replace(placeholder.encode(), name)


def test_a_header_name_that_is_no_text_does_not_stop_its_batch() -> None:
    """It is read with replacement characters, and so is what comes after it."""
    records.install()
    batch = MemoryRecords(batch_with(b"\xff\xfe--")).next_batch()
    assert isinstance(batch, TolerantBatch)
    first, second = batch
    assert first.headers == [("\ufffd\ufffd--", b"v"), ("good", b"w")]
    assert (first.value, second.value) == (b"first", b"second")


@pytest.mark.parametrize(
    ("key", "expected"), [(None, ""), (b"", ""), (b"a\xff", "a\ufffd")]
)
def test_keys_are_text(key: bytes | None, expected: str) -> None:
    """No key is the empty one."""
    assert log_record(consumed(key=key)).key == expected


def test_values_and_headers_are_there_at_least_empty() -> None:
    """The last of two headers of one name counts."""
    found = log_record(
        consumed(value=None, headers=[("a", b"1"), ("a", b"\xc3\xa4"), ("none", None)])
    )
    assert found.value == b""
    assert found.headers == {"a": "ä", "none": ""}
