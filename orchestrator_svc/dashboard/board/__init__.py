"""The list of sagas and orders: figures, filters, what needs a person."""
