"""The only way to open a transaction; it hides what differs between backends.

On SQLite a writer first takes its turn (turn.py), and waits for the disk after it has
given the turn away (durable.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.combining import Combiner
from common.storage.database import current_database
from common.storage.durable import sqlite_file, wait_until_durable
from common.storage.turn import turn_on

T = TypeVar("T")

MAX_TRIES = 8


class Conflict(Exception):
    """Somebody else wrote the row first; the whole unit must run again."""


@contextmanager
def atomic(*, durable: bool = True) -> Iterator[None]:
    """All writes in the block are kept, or none is; a block inside joins the outer.

    It returns when the disk has them, unless `durable=False`: for notes whose loss only
    repeats work.
    """
    alias = current_database()
    connection = connections[alias]
    if _in_unit(connection):
        with transaction.atomic(using=alias, savepoint=False):
            yield
        return
    with _write_turn(connection):
        connection.in_unit_of_work = True  # type: ignore[attr-defined]
        try:
            with transaction.atomic(using=alias):
                yield
        finally:
            connection.in_unit_of_work = False  # type: ignore[attr-defined]
    if durable:
        # After the write turn: while we wait, others write.
        wait_until_durable()


def run_atomically(unit: Callable[[], T]) -> T:
    """Run `unit` in a transaction, and again while it meets somebody else's write.

    Units of several threads may share one transaction, so a unit must leave alone what
    is not its own, and may run on another thread. Inside another unit it is a part of
    that one, which runs again as a whole. Raises the last Conflict, IntegrityError or
    OperationalError after MAX_TRIES.
    """
    alias = current_database()
    if _in_unit(connections[alias]):
        return unit()
    value: T = _combiner(alias).run(unit)
    wait_until_durable()
    return value


@lru_cache(maxsize=16)
def _combiner(alias: str) -> Combiner:
    return Combiner(_until_it_fits)


def _until_it_fits(unit: Callable[[], T]) -> T:
    for _ in range(MAX_TRIES - 1):
        try:
            with atomic(durable=False):
                return unit()
        except (Conflict, IntegrityError):
            # A row or a key that another took between our look and our write.
            continue
        except OperationalError as error:
            if not _is_transient(error):
                raise
    with atomic(durable=False):
        return unit()


def _in_unit(connection: BaseDatabaseWrapper) -> bool:
    return getattr(connection, "in_unit_of_work", False)


def _is_transient(error: OperationalError) -> bool:
    text = str(error)
    return "locked" in text or "deadlock" in text or "could not serialize" in text


def _write_turn(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    path = sqlite_file(connection)
    if path is None or connection.in_atomic_block:
        return nullcontext()
    return turn_on(path)
