"""The backend's compilers with its pipelines put in order."""

from __future__ import annotations

from typing import Any

from django_mongodb_backend import compiler, query

from common.mongodb.pipeline import sorted_by_index


class MongoQuery(query.MongoQuery):
    """A query that lets the server sort by index where it can."""

    def get_pipeline(self) -> list[dict[str, Any]]:
        """The backend's stages, rearranged."""
        return sorted_by_index(super().get_pipeline())


class SQLCompiler(compiler.SQLCompiler):
    """What reads."""

    query_class = MongoQuery


SQLInsertCompiler = compiler.SQLInsertCompiler
SQLDeleteCompiler = compiler.SQLDeleteCompiler
SQLUpdateCompiler = compiler.SQLUpdateCompiler
SQLAggregateCompiler = compiler.SQLAggregateCompiler
