"""`rowlock audit`: what the views of schema audit say, for people and for machines.

report.py      reads the views, over a connection that can change nothing
rules.py       the rules behind the findings, as their files describe themselves
reach.py       what one user reaches, tried out and rolled back
text.py, json_format.py, sarif.py, html.py    one form of the report each
trail.py       `rowlock audit trail`: verifies and thins out the trail (db/trail)
"""
