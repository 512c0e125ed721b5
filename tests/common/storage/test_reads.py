"""What is read by key is what a queryset would have read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.messaging.models import DeadLetter, InboxMessage
from common.messaging.position import next_position
from common.storage.bulk import insert_rows
from common.storage.reads import read_rows, read_values
from tests.common.storage.rows import inbox_row

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)


def letter(message_id: str, status: str, *, blocks: bool = True) -> DeadLetter:
    """An unsaved dead letter with every kind of column filled."""
    return DeadLetter(
        letter_id=next_position(),
        message_id=message_id,
        topic="order.created",
        source="order.created/0/1",
        message_key="ORD-1",
        headers="{}",
        value=b"\x00\xff",
        status=status,
        blocks_key=blocks,
        created_at=MOMENT,
        updated_at=MOMENT,
    )


def test_rows_are_what_a_queryset_reads() -> None:
    """Every column has Python's type: times with a zone, bytes, booleans, null."""
    insert_rows(DeadLetter, [letter("m1", "DEAD"), letter("m2", "HELD", blocks=False)])
    (found,) = read_rows(DeadLetter, message_id=["m2"])
    expected = DeadLetter.objects.get(message_id="m2")
    for field in DeadLetter._meta.concrete_fields:
        name = field.attname
        assert getattr(found, name) == getattr(expected, name), name
        assert type(getattr(found, name)) is type(getattr(expected, name)), name
    assert not found._state.adding


def test_each_named_field_must_have_one_of_its_values() -> None:
    """The conditions hold together."""
    insert_rows(
        DeadLetter,
        [letter("m1", "DEAD"), letter("m2", "HELD"), letter("m3", "RESOLVED")],
    )
    found = read_values(
        DeadLetter, "message_id", message_key=["ORD-1"], status=["DEAD", "HELD"]
    )
    assert found == {"m1", "m2"}


def test_nothing_wanted_is_nothing_asked() -> None:
    """An empty list of keys makes no statement."""
    with CaptureQueriesContext(connection) as queries:
        assert read_rows(InboxMessage, message_id=[]) == []
        assert read_values(InboxMessage, "message_id", message_id=set()) == set()
    assert len(queries) == 0


def test_many_keys_make_one_statement() -> None:
    """Five hundred at once."""
    insert_rows(InboxMessage, [inbox_row(f"m{n}") for n in range(500)])
    with CaptureQueriesContext(connection) as queries:
        found = read_rows(InboxMessage, message_id=[f"m{n}" for n in range(500)])
    assert len(queries) == 1
    assert len(found) == 500
