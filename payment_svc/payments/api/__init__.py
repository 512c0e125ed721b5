"""The REST API of the payment service."""
