"""The known ways to get row-level security wrong, each as SQL that plants it on a good database.

All can be planted in one transaction, side by side: each has a table and roles of its own where it
would hide another. `rules` are the rules of audit.findings that find it. The rule drift finds every
change of what a file installed; it is named only where no other rule does.
"""

from dataclasses import dataclass

OWN = "user_id = app.current_user_id()"

# A table as it should be, but that no file of db/policies speaks for it.
TABLE = (
    """
create table app.{0} (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null default app.new_id(),
    body text,
    primary key (user_id, id)
);
alter table app.{0} enable row level security, force row level security;
create policy {0}_select_own on app.{0} for select to rowlock_api using ("""
    + OWN
    + """);
create policy {0}_insert_own on app.{0} for insert to rowlock_api with check ("""
    + OWN
    + """);
create policy {0}_update_own on app.{0}
    for update to rowlock_api using ("""
    + OWN
    + ") with check ("
    + OWN
    + """);
create policy {0}_delete_own on app.{0} for delete to rowlock_api using ("""
    + OWN
    + """);
grant select, insert (id, body), update (body), delete on app.{0} to rowlock_api;
"""
)


@dataclass(frozen=True)
class Pitfall:
    """A mistake, the SQL that makes it, and the rules that find it."""

    name: str
    plant: str
    rules: tuple[str, ...]
    since: int = 0  # the first version of Postgres, as server_version_num, in which it can be made

    def __str__(self) -> str:
        return self.name


def pitfall(name: str, plant: str, *rules: str, since: int = 0) -> Pitfall:
    """Describe a pitfall."""
    return Pitfall(name, plant, rules, since)


def on_table(name: str, table: str, change: str, *rules: str, since: int = 0) -> Pitfall:
    """Describe a pitfall on a good table of its own, app.<table>, which {0} stands for."""
    return Pitfall(name, (TABLE + change).format(table), rules, since)


def policy(name: str, table: str, command: str, expression: str) -> Pitfall:
    """Describe a policy of a good table that is altered into a bad one."""
    change = "alter policy {0}_" + f"{command}_own on app.{{0}} {expression};"
    return on_table(name, table, change, "tables_policies")
