"""Tests of the inventory service; they mirror its app."""
