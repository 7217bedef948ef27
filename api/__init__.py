"""Rowlock's API: a task list per user, kept apart by the database."""
