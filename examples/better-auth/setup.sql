-- better_auth: the role and the schema of the issuer, in the same database as Rowlock's schemas.
--
-- Run it as the database's owner, as often as you like, before or after `rowlock migrate`.
-- It sets no password: give the role one with  \password better_auth  in psql, which sends only
-- its hash.

do $$
declare
    excess text;
begin
    if not exists (select from pg_roles where rolname = 'better_auth') then
        create role better_auth login;
    end if;

    -- A role that was created elsewhere, such as in Neon's console, may have too many rights.
    -- They are not revoked here, so that the person who granted them learns of it.
    select string_agg(a.name, ', ')
    into excess
    from pg_roles as r
    cross join lateral (
        values
        ('is a superuser', r.rolsuper),
        ('bypasses row-level security', r.rolbypassrls),
        ('can create roles', r.rolcreaterole),
        ('can create databases', r.rolcreatedb),
        ('can replicate', r.rolreplication),
        (
            'is a member of another role',
            exists (select from pg_auth_members as m where m.member = r.oid)
        )
    ) as a (name, held)
    where r.rolname = 'better_auth' and a.held;

    if excess is not null then
        raise exception 'better_auth %: drop the role, and let this file create it', excess;
    end if;

    -- The tables are found by the role's search path, not by the start-up parameter `options`,
    -- which a transaction pooler such as Neon's refuses. It is set for this database only.
    execute format(
        'alter role better_auth in database %I set search_path = auth', current_database()
    );
end
$$;

-- The role that runs this file owns the schema; better_auth creates the tables in it and owns them.
create schema if not exists auth;

revoke all on schema auth from public;
grant usage, create on schema auth to better_auth;

-- NOTE: no grant in the schemas app and rowlock. The issuer has access to users, but to no tasks.
-- NOTE: rowlock_api gets no grant in auth. The API identifies a user by the token, and reads no
-- passwords, sessions or signing keys; db/checks/outside.sql reports such a grant.
