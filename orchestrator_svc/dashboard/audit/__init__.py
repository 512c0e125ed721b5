"""Who did what, in all four services."""
