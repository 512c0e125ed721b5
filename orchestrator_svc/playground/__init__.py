"""A page on which faults are turned on and both patterns are watched recovering."""
