"""Waiting for the disk together: one sync serves every commit that came before it.

SQLite's own `synchronous=FULL` syncs inside the commit, while it holds the write lock,
so each writer waits for every other's disk. Here commits do not sync (`NORMAL`: the
write-ahead log is written, in order, and not waited for); whoever needs durability
then syncs that file without any lock, and all who wait meanwhile share the next sync
(group commit: DeWitt et al., "Implementation Techniques for Main Memory Database
Systems", 1984).
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.database import current_database

_sync_data = getattr(os, "fdatasync", os.fsync)


class GroupSync:
    """Syncs one file for many threads; a sync under way is too early for latecomers."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._turn = threading.Condition()
        self._asked = 0
        self._synced = 0
        self._busy = False

    def sync(self) -> None:
        """Return when all that was written to the file before the call is on disk."""
        with self._turn:
            self._asked += 1
            ticket = self._asked
            self._turn.wait_for(lambda: self._synced >= ticket or not self._busy)
            if self._synced >= ticket:
                return
            self._busy = True
            covers = self._asked
        done = False
        try:
            self._sync_file()
            done = True
        finally:
            with self._turn:
                self._busy = False
                if done:
                    self._synced = max(self._synced, covers)
                self._turn.notify_all()

    def _sync_file(self) -> None:
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            # SQLite removes its log only after it has synced the database itself.
            return
        try:
            _sync_data(handle)
        finally:
            os.close(handle)


@lru_cache(maxsize=16)
def _group(path: str) -> GroupSync:
    return GroupSync(path)


def wait_until_durable() -> None:
    """Return when everything this service has committed is on disk.

    Other backends than SQLite are durable when their commit returns.
    """
    connection = connections[current_database()]
    path = sqlite_file(connection)
    if path is not None and not connection.in_atomic_block:
        _group(f"{path}-wal").sync()


def sqlite_file(connection: BaseDatabaseWrapper) -> str | None:
    """The file of an SQLite database; None for one in memory and other backends."""
    if connection.vendor != "sqlite":
        return None
    path = str(connection.settings_dict["NAME"])
    return None if ":memory:" in path or "mode=memory" in path else path
