"""Messages are shown whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common.log.port import LogRecord
from common.log_pages.rows import Row


def row(**changes: object) -> Row:
    """A message of ours, with changes."""
    fields: dict[str, object] = {
        "topic": "order.created",
        "partition": 3,
        "offset": 120,
        "key": "ORD-1",
        "value": b'{"orderId":"ORD-1"}',
        "headers": {"ce_type": "order.created"},
        "timestamp": 1_700_000_000_123,
    }
    return Row(LogRecord(**(fields | changes)))  # type: ignore[arg-type]


def test_a_row_says_when_what_and_where() -> None:
    """And leads to the order's story."""
    found = row()
    assert found.at == datetime(2023, 11, 14, 22, 13, 20, 123000, UTC)
    assert (found.key, found.type, found.size) == ("ORD-1", "order.created", 19)
    assert found.preview == '{"orderId":"ORD-1"}'
    assert found.address == "/log/topics/order.created/3/120"
    assert found.story == "/orders/ORD-1"


@pytest.mark.parametrize(
    "changes", [{"key": "<b>"}, {"key": ""}, {"key": "k" * 101}, {"topic": "elsewhere"}]
)
def test_what_is_no_order_has_no_story(changes: dict[str, object]) -> None:
    """A foreign key, or a topic that is not ours."""
    assert row(**changes).story == ""


def test_a_preview_is_one_short_line() -> None:
    """Without signs that move the others about."""
    assert row(value=b"a\n\x00\xe2\x80\xaeb").preview == "a···b"
    long = row(value="é".encode() * 5000).preview
    assert long == "é" * 200 + "…"
    assert row(value=b"").preview == ""


def test_a_time_out_of_this_world_is_brought_back() -> None:
    """A foreign producer names what it likes."""
    assert row(timestamp=-1).at.year == 1970
    assert row(timestamp=10**18).at.year == 9999


def test_headers_and_keys_have_bounds() -> None:
    """However many and long they are."""
    found = row(headers={f"h{n:04}": "x" * 9000 for n in range(500)}, key="k" * 5000)
    assert len(found.headers) == 100
    assert found.headers[0] == ("h0000", "x" * 2000)
    assert found.key == "k" * 300


def test_a_topic_with_a_strange_name_has_an_address() -> None:
    """Nothing in it is taken for a path."""
    assert row(topic="a/b?c").address == "/log/topics/a%2Fb%3Fc/3/120"
