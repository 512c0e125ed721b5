"""Every message of the system as a record, and its JSON; pure."""
