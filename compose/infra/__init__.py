"""Kafka, MongoDB, PostgreSQL and Redis, really, on this machine and without Docker."""
