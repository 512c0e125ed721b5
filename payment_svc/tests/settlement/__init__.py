"""Settling with Toss."""
