"""Log lines carry their context, and no secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from common.conf import logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that gives what was logged, as production writes it."""
    monkeypatch.setenv("APP_PROFILE", "production")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("order"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_line_is_json_with_its_context(lines: Any) -> None:
    """Service, level, logger, time, correlation id."""
    with structlog.contextvars.bound_contextvars(correlation_id="SAGA-1"):
        structlog.get_logger("a.b").warning("order.late", seconds=3)
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "order.late",
        "seconds": 3,
        "correlation_id": "SAGA-1",
        "level": "warning",
        "logger": "a.b",
        "service": "order",
    }


def test_lines_of_libraries_look_the_same(lines: Any) -> None:
    """With their arguments filled in."""
    logging.getLogger("lib").warning("took %d ms", 7)
    assert lines()[0]["event"] == "took 7 ms"
    assert lines()[0]["service"] == "order"


def test_secrets_are_masked_by_name(lines: Any) -> None:
    """At any depth."""
    log = structlog.get_logger("a")
    log.warning("x", password="p1", headers={"Authorization": "p2", "Host": "h"})
    [line] = lines()
    assert line["password"] == "***"
    assert line["headers"] == {"Authorization": "***", "Host": "h"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("at https://me:pw@host/x", "at https://me:***@host/x"),
        ("redis://:pw@host", "redis://:***@host"),
        ("sent Basic bWU6cHc=", "sent Basic ***"),
        ("sent bearer abc.def-123", "sent bearer ***"),
        ("with test_sk_zXLkKEyp:", "with test_sk_***:"),
        ("(live_gsk_abc123)", "(live_gsk_***)"),
        ("with test_ck_zXLkKEyp", "with test_ck_zXLkKEyp"),
        ("https://host/a@b", "https://host/a@b"),
    ],
)
def test_secrets_are_masked_in_texts(text: str, masked: str) -> None:
    """Passwords of addresses, and credentials."""
    assert logs.masked_text(text) == masked


def test_a_traceback_is_one_masked_line(lines: Any) -> None:
    """As the member `exception`."""
    try:
        raise ValueError("cannot reach redis://me:pw@host")  # noqa: TRY301
    except ValueError:
        structlog.get_logger("a").exception("failed")
    [line] = lines()
    assert "redis://me:***@host" in line["exception"]
