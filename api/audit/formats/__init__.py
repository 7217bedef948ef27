"""The report of `rowlock audit` in each format."""
