"""A server that goes and comes back: units wait, then the same thread works again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections

from common.conf import databases
from common.messaging.models import InboxMessage
from common.storage.bulk import insert_rows
from common.storage.database import current_database, database_set_to, ping
from common.storage.outages import is_outage
from common.storage.reads import read_values
from common.storage.transactions import run_atomically
from compose.infra.backbone import Infra
from tests.common.storage.rows import inbox_row
from tests.real import real_infra

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

# Longer than a server that is away may keep anybody waiting.
SOON_S = 10


@pytest.fixture(params=["postgres", "mongodb"], scope="module")
def started(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[tuple[str, Infra]]:
    """A real server with a database of ours."""
    name: str = request.param
    with real_infra(name) as infra, django_db_blocker.unblock():
        alias = f"real-{name}"
        connections.databases[alias] = settings_of(name, infra)
        connections.configure_settings(connections.databases)
        if name == "postgres":
            with connections[alias].schema_editor() as editor:
                editor.create_model(InboxMessage)
        yield name, infra
        connections[alias].close()
        connections[alias].close_pool()  # type: ignore[attr-defined]
        del connections[alias], connections.databases[alias]


@pytest.fixture
def server(started: tuple[str, Infra]) -> Iterator[tuple[str, Infra]]:
    """The same, empty; this thread holds no connection to it."""
    with database_set_to(f"real-{started[0]}"):
        InboxMessage.objects.using(current_database()).all().delete()
        connections.close_all()
        yield started


def settings_of(name: str, infra: Infra) -> dict[str, Any]:
    """What DATABASE_URL would lead to."""
    part = infra.postgres if name == "postgres" else infra.mongodb
    make = databases.postgres if name == "postgres" else databases.mongodb
    return make(urlsplit(part.url("order")), "order")


def note(message_id: str) -> None:
    """One unit of work."""
    run_atomically(lambda: insert_rows(InboxMessage, [inbox_row(message_id)]))


def noted() -> set[str]:
    """What was kept."""
    return read_values(InboxMessage, "message_id", topic=["order.created"])


def ask_the_orm() -> int:
    """A query that is no part of a unit."""
    return InboxMessage.objects.using(current_database()).count()


def outage_of(work: Callable[[], object]) -> float:
    """Seconds until the work gave up; it must say that it is an outage."""
    start = time.monotonic()
    with pytest.raises(Exception) as raised:  # noqa: PT011 - looked at below
        work()
    assert is_outage(raised.value), repr(raised.value)
    return time.monotonic() - start


def test_the_same_threads_work_again_when_the_server_is_back(
    server: tuple[str, Infra],
) -> None:
    """While it is away every unit and every read is an outage, within seconds."""
    name, infra = server
    note("before")
    infra.down()
    for work in (lambda: note("meanwhile"), ask_the_orm, ping):
        assert outage_of(work) < SOON_S
        connections.close_all()  # as the bridge does when it waits
    infra.up([name])
    note("after")
    ping()
    assert noted() == {"before", "after"}


def test_a_long_lived_thread_drops_what_broke_while_it_slept(
    server: tuple[str, Infra],
) -> None:
    """The relay's thread gives its connection back after each piece of work."""
    from django.db import close_old_connections

    name, infra = server
    rung, done = threading.Event(), threading.Event()
    errors: list[Exception] = []

    alias = current_database()

    def live() -> None:
        with database_set_to(alias):
            for message_id in ("first", "second"):
                try:
                    note(message_id)
                except Exception as error:  # noqa: BLE001 - asserted on below
                    errors.append(error)
                close_old_connections()
                done.set()
                rung.wait()

    thread = threading.Thread(target=live)
    thread.start()
    assert done.wait(SOON_S)
    done.clear()
    infra.down()
    infra.up([name])
    rung.set()
    thread.join()
    assert errors == []
    assert noted() == {"first", "second"}


def test_a_server_killed_within_a_unit_keeps_nothing_of_it(
    server: tuple[str, Infra],
) -> None:
    """Its error is an outage, and what comes later is written in transactions again."""
    name, infra = server
    note("before")

    def unit() -> None:
        insert_rows(InboxMessage, [inbox_row("cut off")])
        infra.down()
        insert_rows(InboxMessage, [inbox_row("too late")])

    assert outage_of(lambda: run_atomically(unit)) < 3 * SOON_S
    connections.close_all()
    infra.up([name])

    def refused() -> None:
        insert_rows(InboxMessage, [inbox_row("undone")])
        raise KeyError

    with pytest.raises(KeyError):
        run_atomically(refused)
    note("after")
    assert noted() == {"before", "after"}
