"""Many rows, one statement; a guarded row is written only as it was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from common.messaging.models import InboxMessage
from common.storage.bulk import insert_rows, update_rows
from common.storage.transactions import Conflict
from tests.common.storage.rows import inbox_row

pytestmark = pytest.mark.django_db

LATER = datetime(2030, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)


def test_rows_are_inserted_as_they_are_in_one_statement() -> None:
    """What is read back is what was given."""
    rows = [inbox_row(f"m{number}") for number in range(50)]
    with CaptureQueriesContext(connection) as queries:
        insert_rows(InboxMessage, rows)
    assert len(queries) == 1
    stored = {row.message_id: row.handled_at for row in InboxMessage.objects.all()}
    assert stored == {row.message_id: row.handled_at for row in rows}


def test_no_rows_make_no_statement() -> None:
    """An empty batch does not touch the database."""
    with CaptureQueriesContext(connection) as queries:
        insert_rows(InboxMessage, [])
        update_rows(InboxMessage, [], ["topic"])
    assert len(queries) == 0


def test_a_taken_key_is_an_integrity_error() -> None:
    """The unit that inserts it must not be kept."""
    insert_rows(InboxMessage, [inbox_row("m1")])
    with pytest.raises(IntegrityError):
        insert_rows(InboxMessage, [inbox_row("m2"), inbox_row("m1")])


def test_only_the_named_fields_are_updated() -> None:
    """Another field that was changed in memory stays as stored."""
    row = inbox_row("m1")
    insert_rows(InboxMessage, [row])
    row.handled_at, row.topic = LATER, "changed"
    update_rows(InboxMessage, [row], ["handled_at"])
    stored = InboxMessage.objects.get(message_id="m1")
    assert (stored.handled_at, stored.topic) == (LATER, "order.created")


def test_a_row_that_is_gone_is_a_conflict() -> None:
    """Updating nothing is never taken for success."""
    insert_rows(InboxMessage, [inbox_row("m1")])
    with pytest.raises(Conflict):
        update_rows(InboxMessage, [inbox_row("m1"), inbox_row("gone")], ["topic"])
