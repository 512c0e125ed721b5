"""MongoDB's way: many documents in one command, and a transaction that mends itself.

The backend's own `atomic` has holes (measured on 5.2.4). An error of the COMMIT leaves
as the driver's, and leaves a session behind, in which later blocks of the thread write
outside of any transaction. An inner block's failure undoes nothing. And within Django's
`atomic`, which does nothing there, it raises after it has committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
)
from django.db.backends.utils import debug_transaction
from pymongo import UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

from common.storage.columns import Model, field_of, fields_of, key_of
from common.storage.rows import VERSION, adapters_of, is_versioned, values_of

DUPLICATE_KEY = 11000
# Two transactions wrote one document: the later one is refused at once.
WRITE_CONFLICT = 112
TRANSIENT = "TransientTransactionError"
FAILED_INSIDE = (
    "A block within this transaction failed, and its error was caught: nothing is kept."
    " Let the error leave the outer block too."
)
UNKNOWN_COMMIT = "UnknownTransactionCommitResult"


class MongoRows:
    """Commands with all documents in them, in the running transaction."""

    def insert(self, connection: Any, model: Model, rows: Sequence[Any]) -> None:
        """One insert command."""
        adapters = adapters_of(model, fields_of(model), connection.alias)
        columns = _columns(model, fields_of(model))
        documents = [
            dict(zip(columns, values_of(row, adapters), strict=True)) for row in rows
        ]
        with _command(connection, model, "insert") as collection:
            collection.insert_many(documents, session=connection.session)

    def update(
        self, connection: Any, model: Model, rows: Sequence[Any], names: tuple[str, ...]
    ) -> int:
        """One update command, the documents in order of their keys."""
        ordered = sorted(rows, key=lambda row: str(row.pk))
        writes = _updates(model, ordered, names, connection.alias)
        with _command(connection, model, "update") as collection:
            done = collection.bulk_write(writes, session=connection.session)
        return int(done.matched_count)

    def read(
        self,
        connection: Any,
        model: Model,
        names: tuple[str, ...],
        wanted: dict[str, Collection[Any]],
    ) -> list[Sequence[Any]]:
        """One find command."""
        columns = _columns(model, names)
        condition = {
            field_of(model, name).column: {
                "$in": [
                    field_of(model, name).get_db_prep_value(value, connection)
                    for value in values
                ]
            }
            for name, values in wanted.items()
        }
        projection = {"_id": "_id" in columns, **dict.fromkeys(columns, True)}
        with _command(connection, model, "find") as collection:
            cursor = collection.find(condition, projection, session=connection.session)
            found = list(cursor)
        return [[document.get(name) for name in columns] for document in found]


@contextmanager
def outermost_block(connection: Any) -> Iterator[None]:
    """One transaction; afterwards the thread's connection is as it was before."""
    with driver_errors_as_djangos():
        connection.start_transaction_mongo()
        connection.in_atomic_block_mongo = True
        connection.inner_block_failed = False
        try:
            yield
            if connection.inner_block_failed:
                raise DatabaseError(FAILED_INSIDE)
            with debug_transaction(connection, "session.commit_transaction()"):
                connection.session.commit_transaction()
            callbacks = connection.run_on_commit
        finally:
            connection.run_on_commit = []
            connection.in_atomic_block_mongo = False
            connection.session.end_session()  # which aborts what is not committed
            connection.session = None
    for _savepoints, callback, _robust in callbacks:
        callback()


@contextmanager
def inner_block(connection: Any) -> Iterator[None]:
    """A part of the outer block, which is not kept when this one fails."""
    try:
        yield
    except BaseException:
        connection.inner_block_failed = True
        raise


@contextmanager
def driver_errors_as_djangos() -> Iterator[None]:
    """What the driver raises leaves as the error of Django that means the same."""
    try:
        yield
    except PyMongoError as error:
        raise _as_djangos(error) from error


def is_outage(error: BaseException | None) -> bool:
    """True where the server could not be reached, or could not answer in time."""
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WriteConcernError):
        return True
    return isinstance(error, PyMongoError) and error.has_error_label(UNKNOWN_COMMIT)


def is_transient(error: BaseException | None) -> bool:
    """True where the same unit may be kept if it runs again now."""
    if not isinstance(error, OperationFailure) or is_outage(error):
        return False
    return error.code == WRITE_CONFLICT or error.has_error_label(TRANSIENT)


def _as_djangos(error: PyMongoError) -> DatabaseError:
    if _is_duplicate(error):
        return IntegrityError("A document with this key is there already.")
    kind = OperationalError if is_outage(error) else DatabaseError
    return kind(f"MongoDB: {error}")


def _is_duplicate(error: PyMongoError) -> bool:
    if isinstance(error, BulkWriteError):
        written = (error.details or {}).get("writeErrors", [])
        return any(one.get("code") == DUPLICATE_KEY for one in written)
    return isinstance(error, DuplicateKeyError)


def _updates(
    model: Model, rows: Sequence[Any], names: tuple[str, ...], alias: str
) -> list[UpdateOne]:
    key = field_of(model, key_of(model)).column
    columns = _columns(model, names)
    adapters = adapters_of(model, names, alias)
    guards = adapters_of(model, _guards(model), alias)
    change: dict[str, Any] = {"$inc": {VERSION: 1}} if is_versioned(model) else {}
    return [
        UpdateOne(
            dict(zip((key, VERSION), values_of(row, guards), strict=False)),
            {
                "$set": dict(zip(columns, values_of(row, adapters), strict=True)),
                **change,
            },
        )
        for row in rows
    ]


def _guards(model: Model) -> tuple[str, ...]:
    return (key_of(model), VERSION) if is_versioned(model) else (key_of(model),)


def _columns(model: Model, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(field_of(model, name).column for name in names)


@contextmanager
def _command(connection: Any, model: Model, name: str) -> Iterator[Any]:
    """The model's collection; what is asked of it counts as a query of Django's."""
    collection = connection.database[model._meta.db_table]
    with driver_errors_as_djangos():
        yield collection
    if connection.queries_logged:
        connection.queries_log.append({"sql": f"{name} {collection.name}", "time": ""})
