"""Shared parts of the tests: a Postgres server, a token issuer, a running API, and clients."""
