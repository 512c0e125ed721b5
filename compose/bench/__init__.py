"""How fast the stack is, said only when its books are right."""
