"""The operator's dashboard: every page of the orchestrator that people look at."""
