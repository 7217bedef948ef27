"""Checks limits on the time that Rowlock's parts take."""
