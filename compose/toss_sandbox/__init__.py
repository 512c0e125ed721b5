"""A local stand-in for Toss Payments: its HTTP contract, and no money. See docs."""
