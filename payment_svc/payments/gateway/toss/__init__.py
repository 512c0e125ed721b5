"""Toss Payments (https://docs.tosspayments.com/reference), or its sandbox."""
