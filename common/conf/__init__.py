"""Settings in parts: what the four services share, read loudly from the environment."""
