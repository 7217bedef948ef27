"""Compares Rowlock with its peers."""
