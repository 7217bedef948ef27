"""Compares Rowlock with itself: grown, overloaded, after many requests, and with two workers."""
