"""The REST API of the orchestrator."""
