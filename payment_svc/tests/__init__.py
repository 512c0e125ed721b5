"""Tests of the payment service; they mirror its app."""
