"""Schema `app` for users' rows, and the function that identifies the user.

Table defaults need these functions before db/policies/identity.sql and columns.sql are applied.
These two files then replace the functions.
"""

from alembic import op

revision = "202611232100"
down_revision = None
branch_labels = None
depends_on = None
floor = revision

IDENTITY = """
create schema app;
create function app.current_user_id() returns text
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '');
create function app.new_id() returns uuid
language sql volatile parallel safe
return gen_random_uuid();
"""

# The views of db/bookkeeping read one another, so one statement drops them all.
DROP_VIEWS = """
do $$
begin
    execute (
        select format('drop view %s', string_agg(oid::regclass::text, ', '))
        from pg_class
        where relnamespace = 'rowlock'::regnamespace and relkind = 'v'
    );
end
$$;
"""


def upgrade() -> None:
    """Create the schema and the identity functions."""
    op.execute(IDENTITY)


def downgrade() -> None:
    """Drop the bookkeeping, and schemas audit and app. Schema app is empty: it needs no cascade."""
    op.execute("drop schema if exists audit cascade")
    op.execute("drop function rowlock.close(regclass)")
    op.execute("drop function rowlock.take_back(regclass)")
    op.execute("drop function rowlock.reclaim(text, text, oid)")
    op.execute("drop function rowlock.revoke_all(text, aclitem[], oid)")
    op.execute(DROP_VIEWS)
    op.execute("drop table rowlock.installed_policies")
    op.execute("drop table if exists rowlock.revisions")
    op.execute("drop function app.current_user_id()")
    op.execute("drop function app.new_id()")
    op.execute("drop schema app")
