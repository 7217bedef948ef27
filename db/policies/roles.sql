-- roles: who connects, and what each may know of the bookkeeping.
--
-- rowlock_api      serves requests. It can log in and nothing else: it owns nothing, is a member
--                  of nothing, and cannot bypass row-level security.
-- rowlock_auditor  reads the bookkeeping. It cannot log in; grant it to the people who audit.
-- rowlock_recorder owns the functions that write and verify the trail. Nobody is a member of it.
-- rowlock_retention  owns the function that drops what the trail holds for too long. Nobody is a
--                  member of it either.
--
-- Every statement writes only where the catalogue differs. Roles belong to the whole cluster, and
-- two databases of one cluster may be migrated at the same time.

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

        -- One attribute a statement: an owner without superuser rights may change some and not
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

    -- A role's settings reach it through a transaction pooler, where a session's do not. They are
    -- these five and no others: another could bind an identity, or put a function before ours. With
    -- this search path a name without a schema means Postgres's own, whatever others put into schema
    -- public, or into one that is called like the role.
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

-- Whoever migrates runs `rowlock audit` in the part of the auditor. A superuser may anyway.
do $$
begin
    if not pg_has_role(current_user, 'rowlock_auditor', 'usage') then
        grant rowlock_auditor to current_user;
    end if;
end
$$;

-- A temporary table would carry one user's rows to the next user of a pooled connection. Everybody
-- holds this right by default, and whoever needs it can be granted it.
-- Until Postgres 15 everybody could create tables in schema public as well.
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
