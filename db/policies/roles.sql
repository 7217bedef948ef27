-- roles: who connects, and what each may know of the bookkeeping.
--
-- rowlock_api      serves requests. It can log in and nothing else: it owns nothing, is a member
--                  of nothing, and cannot bypass row-level security.
-- rowlock_auditor  reads the bookkeeping. It cannot log in; grant it to the people who audit.
--
-- Every statement writes only where the catalogue differs. Roles belong to the whole cluster, and
-- two databases of one cluster may be migrated at the same time.

do $$
declare
    wanted record;
    parent regrole;
    setting record;
begin
    for wanted in
        select * from (values ('rowlock_api', true), ('rowlock_auditor', false)) as w (name, login)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I', wanted.name);
        end if;
        -- One attribute a statement: an owner without superuser rights may change some and not
        -- others, and the error should name the one that is wrong.
        if (select rolsuper from pg_roles where rolname = wanted.name) then
            execute format('alter role %I nosuperuser', wanted.name);
        end if;
        if (select rolbypassrls from pg_roles where rolname = wanted.name) then
            execute format('alter role %I nobypassrls', wanted.name);
        end if;
        if (select rolreplication from pg_roles where rolname = wanted.name) then
            execute format('alter role %I noreplication', wanted.name);
        end if;
        if (select rolcreaterole from pg_roles where rolname = wanted.name) then
            execute format('alter role %I nocreaterole', wanted.name);
        end if;
        if (select rolcreatedb from pg_roles where rolname = wanted.name) then
            execute format('alter role %I nocreatedb', wanted.name);
        end if;
        if (select rolcanlogin from pg_roles where rolname = wanted.name) <> wanted.login then
            execute format(
                'alter role %I %s', wanted.name, case when wanted.login then 'login' else 'nologin' end
            );
        end if;
        for parent in
            select m.roleid::regrole
            from pg_auth_members as m
            inner join pg_roles as r on m.member = r.oid
            where r.rolname = wanted.name
        loop
            execute format('revoke %s from %I', parent, wanted.name);
        end loop;
    end loop;

    -- A role's settings reach it through a transaction pooler, where a session's do not.
    for setting in
        select *
        from (
            values
            ('TimeZone', 'UTC'),
            ('statement_timeout', '5s'),
            ('lock_timeout', '2s'),
            ('idle_in_transaction_session_timeout', '10s')
        ) as s (name, setting_value)
    loop
        if not exists (
            select
            from pg_db_role_setting as d
            inner join pg_roles as r on d.setrole = r.oid
            where
                r.rolname = 'rowlock_api'
                and d.setdatabase = 0
                and format('%s=%s', setting.name, setting.setting_value) = any(d.setconfig)
        ) then
            execute format(
                'alter role rowlock_api set %I = %L', setting.name, setting.setting_value
            );
        end if;
    end loop;
end
$$;

revoke all on schema rowlock from public, rowlock_api, rowlock_auditor;
revoke all on all tables in schema rowlock from public, rowlock_api, rowlock_auditor;
grant usage on schema rowlock to rowlock_api, rowlock_auditor;
grant select on rowlock.alembic_version to rowlock_api, rowlock_auditor;
grant select on rowlock.installed_policies to rowlock_api, rowlock_auditor;
grant select on rowlock.live_policies to rowlock_api, rowlock_auditor;
