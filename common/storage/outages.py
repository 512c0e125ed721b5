"""Faults of the surroundings, told apart from faults of the work.

An outage means to wait: the message stays where it is, the client is asked to come
again. It also covers the case in which nobody knows whether a commit happened: the
same work runs again then, and finds its inbox ids, keys and first answers if it did.
"""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError

# A server that has become a standby refuses writes: the primary is elsewhere.
READ_ONLY = "25006"
DEADLOCK, NOT_SERIALIZABLE = "40P01", "40001"


def is_outage(error: BaseException) -> bool:
    """True where the database, and not what was asked of it, is at fault."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    if _is_mongodbs(cause):
        from common.storage import mongodb

        return mongodb.is_outage(cause)
    return getattr(cause, "sqlstate", None) == READ_ONLY


def is_transient(error: DatabaseError) -> bool:
    """True where somebody else's write is at fault, and the unit may run again now."""
    cause = error.__cause__
    if _is_mongodbs(cause):
        from common.storage import mongodb

        return mongodb.is_transient(cause)
    if sqlstate := getattr(cause, "sqlstate", None):
        return sqlstate in {DEADLOCK, NOT_SERIALIZABLE}
    return isinstance(error, OperationalError) and "locked" in str(error)


def _is_mongodbs(cause: BaseException | None) -> bool:
    return cause is not None and type(cause).__module__.startswith("pymongo")
