"""The mailbox over HTTP, the same in every service."""
