"""Pitfalls of names: what somebody else could put in the place of what a statement means."""

from tests.audit.pitfalls import pitfall

ALL = [
    pitfall(
        "a schema that the API looks names up in, where another role can create",
        "create role squatter login; grant create on schema public to squatter;"
        "alter role rowlock_api set search_path = public;",
        "search_path",
        "stored_settings",
    ),
    pitfall(
        "a role that can create in Postgres's own schema",
        "create role cuckoo login; grant create on schema pg_catalog to cuckoo;",
        "search_path",
    ),
]
