"""The SQL of the installation, and the Python that composes and applies it."""
