"""The saga framework: contracts, saga core, log, messaging; it imports no service."""
