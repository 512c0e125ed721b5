"""The order service over HTTP."""
