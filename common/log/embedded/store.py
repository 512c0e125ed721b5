"""One process's way into the log file: connections, the write lock, what exists."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from common.log.embedded import schema
from common.log.port import LogError, LogUnavailable, UnknownTopic
from common.log.sharing import Place

BUSY_SECONDS = 5.0
JOURNAL_BYTES = 64 * 1024 * 1024
# Their subclasses (wrong SQL, broken constraint) would be faults of this program:
FILE_FAULTS = (sqlite3.OperationalError, sqlite3.DatabaseError)


class Store:
    """The log file, open in this process.

    Writers of all processes queue for a lock file in the kernel, for SQLite's own
    busy handler sleeps. Within the process they queue for a lock of the process.
    """

    def __init__(self, path: str) -> None:
        """The file and its tables exist."""
        self.path = Path(path).absolute()
        self._mutex = threading.RLock()
        self._pid = os.getpid()
        self._ids: dict[str, tuple[int, ...]] = {}
        self._places: dict[int, Place] = {}
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = os.open(
                f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            try:
                with self.alone():
                    self._make()
            except BaseException:
                self.close()
                raise

    def connect(self, *, durable: bool) -> sqlite3.Connection:
        """A connection; what a durable one commits is on disk when it returns."""
        with self._explained(), self.alone():
            return self._open("FULL" if durable else "NORMAL")

    def disconnect(self, connection: sqlite3.Connection) -> None:
        """The connection is closed; the last one of all clears the journal away."""
        with self._explained(), self.alone():
            connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread or process writes meanwhile."""
        if os.getpid() != self._pid:
            raise LogError(
                f"The log {self.path} was opened before this process was forked; "
                "open it in the process that uses it."
            )
        with self._mutex:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    @contextmanager
    def writing(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or nothing."""
        with self._explained(), self.alone():
            self.check_file()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """One view of the log, as it was at the first query."""
        with self._explained():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    def check_file(self) -> None:
        """The file is the one that was opened; writing into a removed one is a loss."""
        if self.path.stat().st_ino != self._inode:
            raise LogUnavailable(
                f"The log {self.path} was replaced by another file; restart this "
                "process to use that one."
            )

    def ping(self, connection: sqlite3.Connection) -> None:
        """Raise LogUnavailable unless the file is there and answers."""
        with self._explained():
            self.check_file()
            connection.execute("SELECT generation FROM log").fetchone()

    def partition_ids(
        self, connection: sqlite3.Connection, topic: str
    ) -> tuple[int, ...]:
        """The ids of a topic's partitions, by their number.

        Raises UnknownTopic.
        """
        if topic not in self._ids:
            self._learn(connection)
        try:
            return self._ids[topic]
        except KeyError:
            raise UnknownTopic(
                f"The log has no topic {topic!r}; make it with ensure_topics first."
            ) from None

    def place(self, partition_id: int) -> Place:
        """The topic and the number of a partition of a topic already asked for."""
        return self._places[partition_id]

    def close(self) -> None:
        """The lock file is closed."""
        os.close(self._lock_file)

    def _learn(self, connection: sqlite3.Connection) -> None:
        with self._mutex, self._explained():
            rows = connection.execute(
                "SELECT t.name, p.number, p.id FROM partitions p"
                " JOIN topics t ON t.id = p.topic_id ORDER BY t.name, p.number"
            ).fetchall()
        ids: dict[str, tuple[int, ...]] = {}
        for topic, number, partition_id in rows:
            ids[topic] = (*ids.get(topic, ()), partition_id)
            self._places[partition_id] = (topic, number)
        self._ids = ids

    def _make(self) -> None:
        # An existing file must not be opened and closed here: that would drop the
        # locks SQLite holds on it in this process.
        if not self.path.exists():
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(self._open("FULL")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            schema.lay(connection)
        self._inode = self.path.stat().st_ino

    def _open(self, synchronous: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if type(error) not in FILE_FAULTS:
                raise
            raise LogUnavailable(self._sentence(error)) from error
        except OSError as error:
            raise LogUnavailable(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        return (
            f"The log {self.path} cannot be used: {error}. Check that its folder "
            "exists, is writable and has space, and that no program keeps it locked."
        )
