"""Arrays as text: PostgreSQL reads back what was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from psycopg import Binary
from psycopg.types.json import Jsonb

from common.storage.arrays import WRITERS, array_of, writer_of
from tests.common.storage.backends import only_on

NASTY = [
    "",
    "plain",
    "NULL",
    'quote "',
    "back\\slash",
    "{a,b}",
    " blanks ",
    "new\nline",
    "한글 🛒",
    "O'Hara",
]
MOMENT = datetime(2026, 11, 25, 3, 4, 5, 678000, tzinfo=UTC)

COLUMNS: dict[str, tuple[list[Any], list[Any]]] = {
    "varchar": (NASTY, NASTY),
    "text": (NASTY, NASTY),
    "timestamp with time zone": ([MOMENT], [MOMENT]),
    "bytea": ([Binary(bytes(range(256))), Binary(b"")], [bytes(range(256)), b""]),
    "jsonb": ([Jsonb({"a": [1, 'x"\\', None]})], [{"a": [1, 'x"\\', None]}]),
    "boolean": ([True, False], [True, False]),
    "numeric": ([Decimal("-12.30"), Decimal(0)], [Decimal("-12.30"), Decimal(0)]),
    "smallint": ([-7], [-7]),
    "integer": ([2**31 - 1], [2**31 - 1]),
    "bigint": ([2**63 - 1], [2**63 - 1]),
}


def test_every_type_has_an_example() -> None:
    """A writer that is added is tried too."""
    assert set(COLUMNS) == set(WRITERS)


def test_none_is_null_and_the_word_is_not() -> None:
    """A text NULL is quoted, so that it stays a text."""
    written = array_of([None, "NULL"], writer_of("text"))
    assert written == '{NULL,"NULL"}'


@only_on("postgresql")
@pytest.mark.django_db
@pytest.mark.parametrize("kind", COLUMNS)
def test_what_is_written_is_read_back(kind: str) -> None:
    """Each value as it was, and None as NULL."""
    given, expected = COLUMNS[kind]
    written = array_of([*given, None], writer_of(kind))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unnest(%s::{kind}[])", [written])
        found = [value for (value,) in cursor.fetchall()]
    as_read = [bytes(v) if isinstance(v, memoryview) else v for v in found]
    if kind == "jsonb":  # Django keeps its text for its own field to decode
        as_read = [v if v is None else json.loads(v) for v in as_read]
    assert as_read == [*expected, None]
