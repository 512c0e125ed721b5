"""On MongoDB a transaction that went wrong leaves nothing behind, not even itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from common.messaging.models import InboxMessage
from common.storage.bulk import insert_rows
from common.storage.transactions import atomic, on_commit, run_atomically
from tests.common.storage.backends import only_on
from tests.common.storage.rows import inbox_row

pytestmark = [pytest.mark.django_db(transaction=True), only_on("mongodb")]


def kept() -> list[str]:
    """The ids in the database."""
    return sorted(InboxMessage.objects.values_list("message_id", flat=True))


def _swallow_a_taken_key() -> None:
    """The server aborts the transaction, and only the commit hears of it."""
    insert_rows(InboxMessage, [inbox_row("m2")])
    with pytest.raises(IntegrityError):
        insert_rows(InboxMessage, [inbox_row("m1")])


def test_a_commit_that_fails_is_a_database_error_and_keeps_nothing() -> None:
    """And what was to be done once it is kept is never done."""
    insert_rows(InboxMessage, [inbox_row("m1")])
    rung: list[str] = []

    def unit() -> None:
        on_commit(lambda: rung.append("rung"))
        _swallow_a_taken_key()

    with pytest.raises(DatabaseError, match="MongoDB"), atomic():
        unit()
    assert (kept(), rung) == (["m1"], [])


def test_after_it_the_thread_writes_in_transactions_again() -> None:
    """The session that the backend would leave is gone, and so are its callbacks."""
    insert_rows(InboxMessage, [inbox_row("m1")])
    with pytest.raises(DatabaseError), atomic():
        _swallow_a_taken_key()
    server: Any = connection
    assert (server.session, server.run_on_commit) == (None, [])

    def refused() -> None:
        insert_rows(InboxMessage, [inbox_row("m3")])
        raise KeyError

    with pytest.raises(KeyError), atomic():
        refused()
    assert kept() == ["m1"]


def test_an_inner_failure_that_was_caught_keeps_nothing() -> None:
    """As on other backends; the outer block says so."""

    def fail_inside() -> None:
        with atomic():
            insert_rows(InboxMessage, [inbox_row("m1")])
            raise KeyError

    def unit() -> None:
        with pytest.raises(KeyError):
            fail_inside()

    with pytest.raises(DatabaseError, match="nothing is kept"), atomic():
        unit()
    assert kept() == []


def test_within_djangos_own_atomic_a_unit_is_kept_and_calls_back() -> None:
    """The admin wraps its pages in it; there it does nothing."""
    rung: list[str] = []

    def unit() -> None:
        insert_rows(InboxMessage, [inbox_row("m1")])
        on_commit(lambda: rung.append("rung"))

    with transaction.atomic():
        run_atomically(unit)
    assert (kept(), rung) == (["m1"], ["rung"])


def test_a_document_that_another_is_writing_runs_the_unit_again() -> None:
    """The server refuses the second writer at once; it comes again and is kept."""
    insert_rows(InboxMessage, [inbox_row("m1")])
    server: Any = connection
    tries: list[int] = []

    def unit() -> None:
        tries.append(1)
        other = server.connection.start_session()
        own = {"_id": "m1"}
        collection = server.database["messaging_inboxmessage"]
        try:
            if len(tries) == 1:
                other.start_transaction()
                collection.update_one(own, {"$set": {"topic": "x"}}, session=other)
            InboxMessage.objects.filter(pk="m1").update(topic="ours")
        finally:
            other.end_session()

    run_atomically(unit)
    assert len(tries) == 2
    assert InboxMessage.objects.get().topic == "ours"
