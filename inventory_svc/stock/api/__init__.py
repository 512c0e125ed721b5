"""The REST API of the inventory service."""
