"""Events: what happened to the rows of a user."""
