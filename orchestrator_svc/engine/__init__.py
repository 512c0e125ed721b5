"""Runs sagas: keeps their state in rows, turns messages into events and back."""
