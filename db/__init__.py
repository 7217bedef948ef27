"""The SQL of the installation, and what applies it."""
