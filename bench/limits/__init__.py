"""Compares Rowlock with itself: more rows, overload, many requests, and two workers."""
