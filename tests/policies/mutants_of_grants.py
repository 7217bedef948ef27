"""Grants that are too many, and grants that are missing: a request that needs one would fail."""

from tests.policies.mutant import mutant

TOO_MANY = (
    mutant(
        "grant TRUNCATE",
        "grant truncate",
        "grant truncate on {table} to rowlock_api",
        *("matrix", "privileges", "drift"),
    ),
    mutant(
        "grant TRUNCATE",
        "grant truncate to public",
        "grant truncate on {table} to public",
        *("matrix", "privileges", "drift"),
    ),
    mutant(
        "a column grant",
        "grant update (user_id)",
        "grant update (user_id) on {table} to rowlock_api -- {update} lets it do harm",
        *("matrix", "privileges", "drift"),
    ),
    mutant(
        "a column grant",
        "grant insert on every column",
        "grant insert on {table} to rowlock_api -- {insert} lets it do harm",
        *("matrix", "privileges", "drift"),
    ),
    mutant(
        "a column grant",
        "grant select to public",
        "grant select on {table} to public",
        *("privileges", "drift"),
    ),
)

MISSING = (
    mutant(
        "a missing grant",
        "revoke every grant of a table",
        "revoke all on {table} from rowlock_api",
        *("matrix", "tables_policies", "drift"),
    ),
    *(
        mutant(
            "a missing grant",
            f"revoke {command}",
            f"revoke {command} on {{table}} from rowlock_api -- {{{command}}}",
            *("matrix", "tables_policies", "drift"),
        )
        for command in ("select", "insert", "update", "delete")
    ),
    *(
        mutant(
            "a missing grant",
            f"revoke one column of {command}",
            f"revoke {command} ({{column}}) on {{table}} from rowlock_api",
            *("matrix", "drift"),
        )
        for command in ("select", "insert", "update")
    ),
    mutant(
        "a missing grant",
        "revoke the schema",
        "revoke usage on schema app from rowlock_api",
        *("matrix", "drift"),
    ),
    *(
        mutant(
            "a missing grant",
            f"revoke app.{function}()",
            f"revoke execute on function app.{function}() from rowlock_api",
            *("matrix", "drift"),
        )
        for function in ("current_user_id", "new_id")
    ),
)

ALL = TOO_MANY + MISSING
