"""The whole system on one machine: environment, processes, and their commands."""
