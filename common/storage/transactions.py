"""The only way to open a transaction; it hides what differs between backends.

On SQLite a writer first takes its turn on a lock file, for SQLite's own busy handler
sleeps between tries (1 to 25 ms) where a blocked `flock` is woken at once.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.combining import Combiner
from common.storage.database import current_database
from common.storage.durable import sqlite_file, wait_until_durable

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


@contextmanager
def _write_turn(connection: BaseDatabaseWrapper) -> Iterator[None]:
    handle = _turn_file(connection)
    if handle is None:
        yield
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _turn_file(connection: BaseDatabaseWrapper) -> int | None:
    """The lock file's descriptor, one a connection and so one a thread; else None."""
    path = sqlite_file(connection)
    if path is None or connection.in_atomic_block:
        return None
    handle: int | None = getattr(connection, "write_turn_file", None)
    if handle is None:
        handle = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        connection.write_turn_file = handle  # type: ignore[attr-defined]
    return handle
