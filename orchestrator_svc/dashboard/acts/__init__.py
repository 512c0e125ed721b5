"""What an operator does to sagas and orders, and what will come of it."""
