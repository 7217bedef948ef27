"""The two schemas, who is asking, and the bookkeeping of policy files.

Schema `app` holds users' rows. Schema `rowlock` holds what the installation knows of itself.
The functions here are the first form of those in db/policies/identity.sql, which table defaults
need before that file is applied.
"""

from alembic import op

revision = "202611232100"
down_revision = None
branch_labels = None
depends_on = None

LEDGER = """
create table rowlock.installed_policies (
    file text primary key,
    sha256 text not null,
    fingerprint text not null,
    installed_at timestamptz not null default now(),
    installed_by text not null default current_user
);
comment on table rowlock.installed_policies is
'Each file of db/policies as last applied: its hash, and the fingerprint of what it left behind.';
"""

# What the catalogue says now, as one digest per policy file. It is compared with the digest taken
# when the file was applied: a difference is drift.
LIVE = """
create view rowlock.live_policies as
with facts (file, fact) as (
    select
        'roles.sql',
        concat_ws(
            ' ', rolname, rolsuper, rolbypassrls, rolreplication, rolcreaterole, rolcreatedb,
            rolcanlogin
        )
    from pg_roles
    where rolname in ('rowlock_api', 'rowlock_auditor')
    union all
    select 'roles.sql', format('%s is a member of %s', r.rolname, m.roleid::regrole)
    from pg_auth_members as m
    inner join pg_roles as r on m.member = r.oid
    where r.rolname in ('rowlock_api', 'rowlock_auditor')
    union all
    select 'roles.sql', format('setting %s', unnest(d.setconfig))
    from pg_db_role_setting as d
    inner join pg_roles as r on d.setrole = r.oid
    inner join pg_database as b on d.setdatabase in (0, b.oid) and b.datname = current_database()
    where r.rolname = 'rowlock_api'
    union all
    select 'roles.sql', format('%s %s %s', c.oid::regclass, a.grantee::regrole, a.privilege_type)
    from pg_class as c
    cross join lateral aclexplode(c.relacl) as a
    where c.relnamespace = 'rowlock'::regnamespace
    union all
    select
        case n.nspname when 'app' then 'identity.sql' else 'roles.sql' end,
        format('schema %s %s %s', n.nspname, a.grantee::regrole, a.privilege_type)
    from pg_namespace as n
    cross join lateral aclexplode(n.nspacl) as a
    where n.nspname in ('app', 'rowlock')
    union all
    select 'identity.sql', pg_get_functiondef(p.oid)
    from pg_proc as p
    where p.pronamespace = 'app'::regnamespace and p.proname in ('current_user_id', 'new_id')
    union all
    select
        'identity.sql', format('%s %s %s', p.proname, a.grantee::regrole, a.privilege_type)
    from pg_proc as p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where p.pronamespace = 'app'::regnamespace and p.proname in ('current_user_id', 'new_id')
    union all
    select
        c.relname || '.sql',
        format('row security %s, forced %s', c.relrowsecurity, c.relforcerowsecurity)
    from pg_class as c
    where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
    union all
    select
        c.relname || '.sql',
        format('%s %s %s', a.grantee::regrole, a.privilege_type, a.is_grantable)
    from pg_class as c
    cross join lateral aclexplode(c.relacl) as a
    where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
    union all
    select
        c.relname || '.sql',
        format('%s %s %s %s', t.attname, a.grantee::regrole, a.privilege_type, a.is_grantable)
    from pg_class as c
    inner join pg_attribute as t on c.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
    where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
    union all
    select
        c.relname || '.sql',
        concat_ws(
            ' ', p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[],
            'using', pg_get_expr(p.polqual, p.polrelid),
            'with check', pg_get_expr(p.polwithcheck, p.polrelid)
        )
    from pg_policy as p
    inner join pg_class as c on p.polrelid = c.oid
    where c.relnamespace = 'app'::regnamespace
)

select
    file,
    encode(
        sha256(convert_to(string_agg(fact, E'\\n' order by fact collate "C"), 'UTF8')), 'hex'
    ) as fingerprint
from facts
group by file;
comment on view rowlock.live_policies is
'A digest of what the catalogue says now, per policy file. Unequal to the installed one: drift.';
"""

CLOSE = """
create function rowlock.revoke_all(object text, privileges aclitem[], owner oid) returns void
language plpgsql
as $$
declare
    grantee text;
begin
    for grantee in
        select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
        from aclexplode(nullif(privileges, '{}')) as a
        where a.grantee <> owner
    loop
        execute format('revoke all on %s from %s', object, grantee);
    end loop;
end
$$;
revoke all on function rowlock.revoke_all(text, aclitem[], oid) from public;
comment on function rowlock.revoke_all(text, aclitem[], oid) is
'Revoke every grant on an object from whoever holds one, the owner excepted.';

create function rowlock.close(target regclass) returns void
language plpgsql
as $$
declare
    policy name;
begin
    for policy in select polname from pg_policy where polrelid = target loop
        execute format('drop policy %I on %s', policy, target);
    end loop;
    perform rowlock.revoke_all(
        target::text,
        c.relacl || array(
            select x
            from pg_attribute as t
            cross join lateral unnest(t.attacl) as x
            where t.attrelid = c.oid
        ),
        c.relowner
    )
    from pg_class as c
    where c.oid = target;
end
$$;
revoke all on function rowlock.close(regclass) from public;
comment on function rowlock.close(regclass) is
'Drop every policy of a table and revoke every grant on it: with RLS on, nobody reaches a row.';
"""

IDENTITY = """
create schema app;
create function app.current_user_id() returns text
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '');
create function app.new_id() returns uuid
language sql volatile parallel safe
return gen_random_uuid();
"""


def upgrade() -> None:
    """Create the schemas, the identity functions, and the bookkeeping."""
    for script in (LEDGER, IDENTITY, LIVE, CLOSE):
        op.execute(script)


def downgrade() -> None:
    """Remove them. Schema app must be empty by now; nothing is dropped in cascade."""
    op.execute("drop function rowlock.close(regclass)")
    op.execute("drop function rowlock.revoke_all(text, aclitem[], oid)")
    op.execute("drop view rowlock.live_policies")
    op.execute("drop table rowlock.installed_policies")
    op.execute("drop function app.current_user_id()")
    op.execute("drop function app.new_id()")
    op.execute("drop schema app")
