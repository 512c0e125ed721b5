"""The story of one order, the same for both patterns."""
