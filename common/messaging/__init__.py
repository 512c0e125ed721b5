"""Outbox, inbox, bridge, dead letters: a database and the log, kept as one."""
