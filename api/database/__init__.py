"""Connections as the API's role, and whose identity each transaction has."""
