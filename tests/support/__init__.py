"""What the tests share: a Postgres server, a token issuer, a running API, and its clients."""
