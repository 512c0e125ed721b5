"""How a service reads and writes its own database, the same on every backend."""
