"""What the database had to look at for what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Run = Callable[[], object]


def unindexed(questions: Mapping[str, Run], rows: int) -> dict[str, list[str]]:
    """Those of the questions for which most of a table was looked at, and the queries.

    All in one test: what fills the tables takes a hundred times as long as they do.
    """
    looked = {name: full_scans(run, rows) for name, run in questions.items()}
    return {name: scans for name, scans in looked.items() if scans}


def full_scans(run: Run, rows: int) -> list[str]:
    """The queries within `run` that looked at most of a table with so many rows."""
    if connection.vendor == "mongodb":
        return _mongodbs(run, rows)
    with CaptureQueriesContext(connection) as queries:
        run()
    asked = [
        one["sql"] for one in queries if one["sql"].lstrip("(").startswith("SELECT")
    ]
    assert asked, "nothing was asked"
    scans = _postgres if connection.vendor == "postgresql" else _sqlites
    return [found for sql in asked for found in scans(sql, rows)]


def know_the_rows() -> None:
    """Have the planner look at what is stored, as servers do now and then.

    Tables so small are sometimes read faster as a whole, whatever indexes they have:
    until the test's end PostgreSQL does that only where nothing else answers.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("SET LOCAL enable_seqscan = off")


def _sqlites(sql: str, rows: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [str(step[-1]) for step in cursor.fetchall()]
    return [
        f"{step}: {sql}"
        for step in steps
        if step.startswith("SCAN") and " USING " not in step
    ]


def _postgres(sql: str, rows: int) -> list[str]:
    if "COUNT(*)" in sql:
        return []  # of nearly all rows it reads all: that is its cheapest plan
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return [f"{sql}: {node['Node Type']}" for node in _nodes(plan[0]["Plan"], rows)]


def _nodes(node: dict[str, Any], rows: int) -> list[dict[str, Any]]:
    removed = node.get("Rows Removed by Filter", 0)
    read = (node["Actual Rows"] + removed) * node["Actual Loops"]
    scanned = node["Node Type"].endswith("Scan") and read > rows // 2
    inner = [one for part in node.get("Plans", []) for one in _nodes(part, rows)]
    return [node, *inner] if scanned else inner


def _mongodbs(run: Run, rows: int) -> list[str]:
    server: Any = connection
    database = server.database
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)
    try:
        run()
    finally:
        database.command("profile", 0)
    asked = list(database["system.profile"].find({"planSummary": {"$exists": True}}))
    assert asked, "nothing was asked"
    return [
        f"{one['planSummary']}, {one.get('docsExamined')} looked at: {one['command']}"
        for one in asked
        if "COLLSCAN" in one["planSummary"] or one.get("docsExamined", 0) > rows // 2
    ]
