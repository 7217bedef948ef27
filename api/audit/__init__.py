"""`rowlock audit`: what the views of schema audit say, for people and for machines.

report.py        reads the views, over a connection that can change nothing
rules.py         reads the files of the rules that findings name
user_access.py   tries every command as one user, and rolls it back
formats/         the report as text, HTML, JSON and SARIF, one module each
trail.py         `rowlock audit trail`: verifies the trail, and drops old months (db/trail)
"""
