"""Payments: what was charged, what was given back, and why not."""
