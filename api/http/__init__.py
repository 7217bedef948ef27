"""HTTP: from a client's connection to a handler, and back. Knows no table."""
