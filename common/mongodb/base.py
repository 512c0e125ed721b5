"""django-mongodb-backend, but what is ordered is ordered by an index (ENGINE)."""

from __future__ import annotations

from django_mongodb_backend import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """Takes the compilers beside this file."""

    compiler_module = "common.mongodb.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose queries are compiled by them."""

    ops_class = DatabaseOperations
