"""A table that tests of the guard create, plain or partitioned."""

TABLE = """
create table app.probe (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null,
    primary key (user_id, id)
);
"""
PARTITIONED = TABLE.replace("\n);", "\n) partition by hash (user_id);")
