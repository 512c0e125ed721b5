"""How the parts are put together and run: on one machine, or in containers."""
