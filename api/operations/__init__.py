"""What an operator runs or relies on: start-up checks, migrations, the embedded Postgres."""
