"""The shell that all screens share: pages, who may see them, how they look."""
