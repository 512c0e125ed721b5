"""Faults over HTTP, the same in every service."""
