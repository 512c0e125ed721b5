"""The only way to open a transaction; it hides what differs between backends.

On SQLite a writer first takes its turn (turn.py), and waits for the disk after it has
given the turn away (durable.py). On MongoDB Django's own `atomic` does nothing, and
its backend's has holes (mongodb.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.combining import Combiner
from common.storage.database import current_database
from common.storage.durable import sqlite_file, wait_until_durable
from common.storage.outages import is_transient
from common.storage.turn import turn_on

T = TypeVar("T")

MAX_TRIES = 8
FIRST_WAIT_S = 0.01
LONGEST_WAIT_S = 0.5


class Conflict(Exception):
    """Somebody else wrote the row first; the whole unit must run again."""


@contextmanager
def atomic(*, durable: bool = True) -> Iterator[None]:
    """All writes in the block are kept, or none is; a block inside joins the outer.

    It returns when the disk has them, unless `durable=False`: for notes whose loss only
    repeats work.
    """
    connection = connections[current_database()]
    if _in_unit(connection):
        with _inner_block(connection):
            yield
        return
    with _write_turn(connection):
        connection.in_unit_of_work = True  # type: ignore[attr-defined]
        try:
            with _outermost_block(connection):
                yield
        finally:
            connection.in_unit_of_work = False  # type: ignore[attr-defined]
    if durable:
        # After the write turn: while we wait, others write.
        wait_until_durable()


def run_atomically(unit: Callable[[], T]) -> T:
    """Run `unit` in a transaction, and again while it meets somebody else's write.

    On SQLite units of several threads may share one transaction, so a unit must leave
    alone what is not its own, and may run on another thread. Inside another unit it is
    a part of that one, which runs again as a whole. Raises the last Conflict or
    DatabaseError after MAX_TRIES.
    """
    alias = current_database()
    if _in_unit(connections[alias]):
        return unit()
    if _First.look is not None:
        _First.look()
        _First.look = None
    if connections[alias].vendor != "sqlite":
        # A server runs units side by side, and syncs once for many by itself: one
        # after the other each would wait for every round trip of all before it.
        return _until_it_fits(unit)
    value: T = _combiner(alias).run(unit)
    wait_until_durable()
    return value


class _First:
    look: Callable[[], None] | None = None


def look_first(look: Callable[[], None]) -> None:
    """Call this before the next unit of work, and before every one while it raises."""
    _First.look = look


@lru_cache(maxsize=16)
def _combiner(alias: str) -> Combiner:
    return Combiner(_until_it_fits)


def on_commit(callback: Callable[[], object]) -> None:
    """Call this once the running transaction is kept; at once where there is none.

    Where the commit fails, or nobody knows whether it did, it is not called.
    """
    transaction.on_commit(callback, using=current_database())


def _until_it_fits(unit: Callable[[], T]) -> T:
    connection = connections[current_database()]
    try:
        for tries in range(1, MAX_TRIES):
            try:
                with atomic(durable=False):
                    return unit()
            except (Conflict, IntegrityError):
                # A row or a key that another took between our look and our write.
                pass
            except DatabaseError as error:
                if not is_transient(error):
                    raise
            _stand_back(connection, tries)
        with atomic(durable=False):
            return unit()
    finally:
        connection.has_met_others = False  # type: ignore[attr-defined]


def _stand_back(connection: BaseDatabaseWrapper, tries: int) -> None:
    """Let the others finish: on SQLite they have, on PostgreSQL their locks tell."""
    connection.has_met_others = True  # type: ignore[attr-defined]
    if connection.vendor == "mongodb":
        longest = min(FIRST_WAIT_S * 2**tries, LONGEST_WAIT_S)
        time.sleep(random.uniform(0, longest))  # noqa: S311 - no secret


def _in_unit(connection: BaseDatabaseWrapper) -> bool:
    return getattr(connection, "in_unit_of_work", False)


def _outermost_block(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    if connection.vendor == "mongodb":
        from common.storage import mongodb

        return mongodb.outermost_block(connection)
    return transaction.atomic(using=connection.alias)


def _inner_block(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    if connection.vendor == "mongodb":
        from common.storage import mongodb

        return mongodb.inner_block(connection)
    return transaction.atomic(using=connection.alias, savepoint=False)


def _write_turn(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    path = sqlite_file(connection)
    if path is None or connection.in_atomic_block:
        return nullcontext()
    return turn_on(path)
