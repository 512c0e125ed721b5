"""What is an outage, what passes by itself, and what is the work's own fault."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.db import OperationalError as Operational
from psycopg import errors as postgres
from pymongo import errors as mongodb

from common.storage.outages import is_outage, is_transient


def caused_by(
    cause: Exception, kind: type[DatabaseError] = DatabaseError
) -> DatabaseError:
    """The error as Django raises it."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


CONFLICT = mongodb.OperationFailure("WriteConflict", 112)
LABELLED = mongodb.OperationFailure(
    "aborted", 251, {"errorLabels": ["TransientTransactionError"]}
)
UNKNOWN = mongodb.OperationFailure(
    "commit?", 50, {"errorLabels": ["UnknownTransactionCommitResult"]}
)


@pytest.mark.parametrize(
    "error",
    [
        Operational("the disk is full"),
        InterfaceError("connection already closed"),
        caused_by(postgres.AdminShutdown(), Operational),
        caused_by(postgres.ReadOnlySqlTransaction()),
        caused_by(mongodb.ServerSelectionTimeoutError("no primary")),
        caused_by(mongodb.AutoReconnect("connection closed")),
        caused_by(mongodb.NotPrimaryError("stepped down")),
        caused_by(mongodb.NetworkTimeout("timed out")),
        caused_by(UNKNOWN),
    ],
    ids=repr,
)
def test_an_outage_means_to_wait(error: Exception) -> None:
    """Running the unit again at once is no help."""
    assert is_outage(error)
    assert not isinstance(error, DatabaseError) or not is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        Operational("database is locked"),
        caused_by(postgres.DeadlockDetected(), Operational),
        caused_by(postgres.SerializationFailure(), Operational),
        caused_by(CONFLICT),
        caused_by(LABELLED),
    ],
    ids=repr,
)
def test_somebody_elses_write_passes_by_itself(error: DatabaseError) -> None:
    """The unit runs again."""
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("taken"),
        DataError("too long"),
        caused_by(mongodb.OperationFailure("bad query", 2)),
        caused_by(postgres.UndefinedTable()),
        ValueError("no database's"),
    ],
    ids=repr,
)
def test_anything_else_is_the_works_own_fault(error: Exception) -> None:
    """It must not be waited out."""
    assert not is_outage(error)
    assert not isinstance(error, DatabaseError) or not is_transient(error)
