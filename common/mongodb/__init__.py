"""Django's own apps with the keys that MongoDB generates, and their migrations."""
