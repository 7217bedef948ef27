"""HTTP, from a client's connection to a handler and back. Imports nothing from api.tables."""
