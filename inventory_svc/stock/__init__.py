"""Stock: what is there, and what is set aside for which order."""
