"""Pages that look into the event log and into the dead letters of all services."""
