-- roles: the roles of Rowlock, and what each may read of the bookkeeping.
--
-- rowlock_api       serves requests. LOGIN is its only attribute. It owns nothing, is a member
--                   of nothing, and cannot bypass row-level security.
-- rowlock_auditor   reads the bookkeeping. It cannot log in; grant it to the people who audit.
-- rowlock_recorder  owns the functions that write and verify the trail. It has no members.
-- rowlock_retention owns the function that drops old months of the trail. It has no members.
--
-- Each statement changes the catalogue only if it is not as wanted. Roles belong to the whole
-- cluster, and two databases of one cluster may be migrated at the same time.

do $$
declare
    wanted record;
    excess text;
    parent regrole;
    found text[];
    setting text;
    settings constant text[] := array[
        'TimeZone=UTC',
        'idle_in_transaction_session_timeout=10s',
        'lock_timeout=2s',
        'search_path=pg_catalog',
        'statement_timeout=5s'
    ];
begin
    for wanted in
        select *
        from (
            values
            ('rowlock_api', 'login'),
            ('rowlock_auditor', 'nologin'),
            ('rowlock_recorder', 'nologin'),
            ('rowlock_retention', 'nologin')
        ) as w (name, login)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I %s', wanted.name, wanted.login);
        end if;

        -- One attribute per statement: an owner without superuser rights may change some and not
        -- others, and the error should name the one that is wrong.
        for excess in
            select a.attribute
            from pg_roles as r
            cross join lateral (
                values
                ('nosuperuser', r.rolsuper),
                ('nobypassrls', r.rolbypassrls),
                ('noreplication', r.rolreplication),
                ('nocreaterole', r.rolcreaterole),
                ('nocreatedb', r.rolcreatedb),
                (wanted.login, r.rolcanlogin <> (wanted.login = 'login'))
            ) as a (attribute, wrong)
            where r.rolname = wanted.name and a.wrong
        loop
            execute format('alter role %I %s', wanted.name, excess);
        end loop;

        for parent in
            select m.roleid::regrole
            from pg_auth_members as m
            inner join pg_roles as r on m.member = r.oid
            where r.rolname = wanted.name
        loop
            execute format('revoke %s from %I', parent, wanted.name);
        end loop;
    end loop;

    -- Settings stored for a role also apply behind a transaction pooler; settings of a session do
    -- not. All other stored settings are removed: they could bind an identity or change the search
    -- path. With this search path, a name without a schema always means an object of Postgres, even
    -- if other roles create objects in schema public or in a schema with the name of the role.
    for attempt in 1..2 loop
        select
            array(
                select c.entry
                from pg_db_role_setting as d
                inner join pg_roles as r on d.setrole = r.oid
                inner join pg_database as b
                    on d.setdatabase in (0, b.oid) and b.datname = current_database()
                cross join unnest(d.setconfig) as c (entry)
                where r.rolname = 'rowlock_api'
                order by c.entry collate "C"
            )
        into found;
        exit when found = settings;
        if attempt = 2 then
            raise exception 'rowlock_api has settings that only a superuser can reset: %', found;
        end if;
        alter role rowlock_api reset all;
        execute format('alter role rowlock_api in database %I reset all', current_database());
        foreach setting in array settings loop
            execute format(
                'alter role rowlock_api set %I = %L',
                split_part(setting, '=', 1), split_part(setting, '=', 2)
            );
        end loop;
    end loop;
end
$$;

-- The role that migrates also runs `rowlock audit`, and needs the auditor's privileges. A superuser
-- has them already.
do $$
begin
    if not pg_has_role(current_user, 'rowlock_auditor', 'usage') then
        grant rowlock_auditor to current_user;
    end if;
end
$$;

-- A temporary table would keep one user's rows for the next user of a pooled connection. PUBLIC has
-- the privilege TEMPORARY by default; it can be granted to other roles that need it.
-- Before Postgres 15 PUBLIC can also create tables in schema public.
do $$
begin
    if has_schema_privilege('rowlock_api', to_regnamespace('public'), 'create') then
        revoke create on schema public from public, rowlock_api;
    end if;
    execute format(
        'revoke create, temporary on database %I from public, rowlock_api', current_database()
    );
end
$$;

select rowlock.revoke_all('schema rowlock', nspacl, nspowner)
from pg_namespace
where nspname = 'rowlock';

select rowlock.take_back(oid)
from pg_class
where relnamespace = 'rowlock'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S');

select
    rowlock.reclaim('function', oid::regprocedure::text, proowner),
    rowlock.revoke_all(
        format('function %s', oid::regprocedure),
        coalesce(proacl, acldefault('f', proowner)),
        proowner
    )
from pg_proc
where pronamespace = 'rowlock'::regnamespace and prokind = 'f';

grant usage on schema rowlock to rowlock_api, rowlock_auditor;
grant select on rowlock.alembic_version to rowlock_api, rowlock_auditor;
grant select on rowlock.revisions to rowlock_api, rowlock_auditor;
grant select on rowlock.installed_policies to rowlock_api, rowlock_auditor;
grant select on rowlock.live_policies to rowlock_api, rowlock_auditor;
