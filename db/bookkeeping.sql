-- bookkeeping: what the installation knows of itself, and how it closes a table.
--
-- Runs at the start of every migration, and changes nothing that is as it says already.

-- Whoever owns a schema could have put triggers there that run as whoever migrates.
do $$
declare
    squatted record;
begin
    for squatted in
        select nspname, nspowner::regrole as owner
        from pg_namespace
        where nspname in ('app', 'rowlock', 'trail') and not pg_has_role(current_user, nspowner, 'member')
    loop
        raise exception 'schema % belongs to %, not to the role that migrates: migrate as that role, or drop the schema',
            squatted.nspname, squatted.owner;
    end loop;
end
$$;

create schema if not exists rowlock;

create table if not exists rowlock.installed_policies (
    file text primary key,
    sha256 text not null,
    fingerprint text not null,
    installed_at timestamptz not null default now(),
    installed_by text not null default current_user
);
comment on table rowlock.installed_policies is
'Each policy file, and schema audit, as last applied: its hash, and a digest of what it left.';

create table if not exists rowlock.revisions (
    revision text primary key,
    place integer not null,
    floor text not null,
    version text not null,
    applied_at timestamptz not null default now()
);
comment on table rowlock.revisions is
'Each revision that the database holds, in order; version: the Rowlock that migrated to it. '
'A version whose newest revision is older than the floor of the last one does not work here.';

create or replace function rowlock.revoke_all(
    object text, privileges aclitem[], owner oid
) returns void
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
        -- Whoever held a grant option may have passed it on.
        execute format('revoke all on %s from %s cascade', object, grantee);
    end loop;
end
$$;
revoke all on function rowlock.revoke_all(text, aclitem[], oid) from public;
comment on function rowlock.revoke_all(text, aclitem[], oid) is
'Revoke every grant on an object from whoever holds one, the owner excepted.';

create or replace function rowlock.reclaim(kind text, object text, owner oid) returns void
language plpgsql
as $$
declare
    rightful constant oid := nspowner from pg_namespace where nspname = 'rowlock';
begin
    if owner <> rightful then
        execute format('alter %s %s owner to %s', kind, object, rightful::regrole);
    end if;
end
$$;
revoke all on function rowlock.reclaim(text, text, oid) from public;
comment on function rowlock.reclaim(text, text, oid) is
'Give an object back to the owner of schema rowlock: whoever migrated first.';

create or replace function rowlock.take_back(relation regclass) returns void
language plpgsql
as $$
begin
    perform rowlock.reclaim('table', relation::text, relowner) from pg_class where oid = relation;
    perform rowlock.revoke_all(
        relation::text,
        c.relacl || array(
            select x
            from pg_attribute as t
            cross join lateral unnest(t.attacl) as x
            where t.attrelid = c.oid
        ),
        c.relowner
    )
    from pg_class as c
    where c.oid = relation;
end
$$;
revoke all on function rowlock.take_back(regclass) from public;
comment on function rowlock.take_back(regclass) is
'Give a relation back to its rightful owner and revoke every grant on it and on its columns.';

create or replace function rowlock.close(target regclass) returns void
language plpgsql
as $$
declare
    kind text;
    name name;
begin
    perform rowlock.take_back(target);
    perform rowlock.reclaim('function', p.oid::regprocedure::text, p.proowner)
    from pg_trigger as t
    inner join pg_proc as p on t.tgfoid = p.oid
    where t.tgrelid = target and not t.tgisinternal and p.pronamespace = to_regnamespace('app');
    for kind, name in
        select 'policy', polname from pg_policy where polrelid = target
        union all
        -- A partition's trigger is dropped with its parent's, and only so.
        select 'trigger', tgname from pg_trigger
        where tgrelid = target and not tgisinternal and tgparentid = 0
        union all
        select 'rule', rulename from pg_rewrite where ev_class = target
    loop
        execute format('drop %s %I on %s', kind, name, target);
    end loop;
end
$$;
revoke all on function rowlock.close(regclass) from public;
comment on function rowlock.close(regclass) is
'Drop the policies, triggers and rules of a table and revoke every grant: nobody reaches a row.';

-- What the catalogue says now, as one digest per policy file. It is compared with the digest taken
-- when the file was applied: a difference is drift.
create or replace view rowlock.live_policies as
with tables as not materialized (
    select
        c.oid,
        c.relname,
        c.relowner,
        c.relacl,
        c.relrowsecurity,
        c.relforcerowsecurity,
        -- Partitions come and go with the months; all of them are to be alike.
        case when c.relispartition then 'a partition' else c.relname end as name,
        case n.nspname when 'app' then c.relname || '.sql' else 'trail.sql' end as file
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where n.nspname in ('app', 'trail') and c.relkind in ('r', 'p')
),

roles (role) as (
    values ('rowlock_api'), ('rowlock_auditor'), ('rowlock_recorder'), ('rowlock_retention')
),

schemas as (
    select
        n.oid,
        n.nspname,
        n.nspowner,
        n.nspacl,
        f.file
    from pg_namespace as n
    inner join
        (
            values
            ('app', 'identity.sql'),
            ('rowlock', 'roles.sql'),
            ('trail', 'trail.sql'),
            ('audit', 'audit/*.sql')
        ) as f (nspname, file)
        on n.nspname = f.nspname
),

facts (file, fact) as (
    select
        'roles.sql',
        concat_ws(
            ' ', rolname, rolsuper, rolbypassrls, rolreplication, rolcreaterole, rolcreatedb,
            rolcanlogin
        )
    from pg_roles
    where rolname in (select roles.role from roles)
    union all
    select
        'roles.sql',
        format('%s is a member of %s', r.rolname, m.roleid::regrole)
    from pg_auth_members as m
    inner join pg_roles as r on m.member = r.oid
    where r.rolname in (select roles.role from roles)
    union all
    select
        'roles.sql',
        format('setting %s', unnest(d.setconfig))
    from pg_db_role_setting as d
    inner join pg_roles as r on d.setrole = r.oid
    inner join pg_database as b on d.setdatabase in (0, b.oid) and b.datname = current_database()
    where r.rolname = 'rowlock_api'
    union all
    select
        s.file,
        format('%s %s %s', c.oid::regclass, a.grantee::regrole, a.privilege_type)
    from schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    where s.nspname <> 'app'
    union all
    select
        s.file,
        format('%s.%s %s %s', c.oid::regclass, t.attname, a.grantee::regrole, a.privilege_type)
    from schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    inner join pg_attribute as t on c.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
    where s.nspname <> 'app'
    union all
    select
        s.file,
        format('%s %s %s', p.oid::regprocedure, a.grantee::regrole, a.privilege_type)
    from schemas as s
    inner join pg_proc as p on s.oid = p.pronamespace
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where s.nspname <> 'app'
    union all
    -- A migration makes what rowlock holds anew each time; what audit holds, only where it differs.
    select
        s.file,
        format('%s %s %s', c.relkind, c.oid::regclass, pg_get_viewdef(c.oid))
    from schemas as s
    inner join pg_class as c on s.oid = c.relnamespace
    where s.nspname = 'audit'
    union all
    select
        s.file,
        pg_get_functiondef(p.oid)
    from schemas as s
    inner join pg_proc as p on s.oid = p.pronamespace
    where s.nspname = 'audit' and p.prokind <> 'a'
    union all
    -- A database that was copied or restored keeps the bookkeeping, and loses its own grants.
    select
        'roles.sql',
        format('%s in the database', p.privilege)
    from pg_roles as r
    cross join unnest(array['create', 'temporary']) as p (privilege)
    where
        r.rolname = 'rowlock_api'
        and has_database_privilege(r.oid, current_database(), p.privilege)
    union all
    select
        'roles.sql',
        'create in schema public'
    from pg_roles as r
    where
        r.rolname = 'rowlock_api'
        and has_schema_privilege(r.oid, to_regnamespace('public'), 'create')
    union all
    select
        s.file,
        format('schema %s %s %s', s.nspname, a.grantee::regrole, a.privilege_type)
    from schemas as s
    cross join lateral aclexplode(s.nspacl) as a
    union all
    select
        'identity.sql',
        pg_get_functiondef(p.oid)
    from pg_proc as p
    where p.pronamespace = to_regnamespace('app') and p.proname in ('current_user_id', 'new_id')
    union all
    select
        'identity.sql',
        format('%s %s %s', p.proname, a.grantee::regrole, a.privilege_type)
    from pg_proc as p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where p.pronamespace = to_regnamespace('app') and p.proname in ('current_user_id', 'new_id')
    union all
    select
        t.file,
        format('%s: row security %s, forced %s', t.name, t.relrowsecurity, t.relforcerowsecurity)
    from tables as t
    union all
    select
        t.file,
        format('%s: %s %s %s', t.name, a.grantee::regrole, a.privilege_type, a.is_grantable)
    from tables as t
    cross join lateral aclexplode(t.relacl) as a
    union all
    select
        t.file,
        format(
            '%s.%s: %s %s %s', t.name, c.attname, a.grantee::regrole, a.privilege_type,
            a.is_grantable
        )
    from tables as t
    inner join pg_attribute as c on t.oid = c.attrelid
    cross join lateral aclexplode(c.attacl) as a
    union all
    select
        t.file,
        concat_ws(
            ' ', t.name, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[],
            'using', pg_get_expr(p.polqual, p.polrelid),
            'with check', pg_get_expr(p.polwithcheck, p.polrelid)
        )
    from pg_policy as p
    inner join tables as t on p.polrelid = t.oid
    union all
    -- What the trail's tables refuse whoever writes: a column that may be null, and every check.
    select
        t.file,
        format('%s.%s may be null', t.name, c.attname)
    from tables as t
    inner join pg_attribute as c on t.oid = c.attrelid
    where
        t.file in ('events.sql', 'trail.sql')
        and c.attnum > 0 and not c.attisdropped and not c.attnotnull
    union all
    select
        t.file,
        concat_ws(' ', t.name, o.conname, pg_get_constraintdef(o.oid), o.convalidated)
    from tables as t
    inner join pg_constraint as o on t.oid = o.conrelid
    where t.file in ('events.sql', 'trail.sql') and o.contype = 'c'
    union all
    -- A trigger that was disabled, or whose function is another one by now. The functions of
    -- schema trail are facts of their own; a partition's trigger goes with its parent's.
    select
        t.file,
        concat_ws(
            ' ',
            replace(pg_get_triggerdef(g.oid), t.oid::regclass::text, t.name),
            g.tgenabled,
            case when p.pronamespace <> to_regnamespace('trail') then pg_get_functiondef(p.oid) end
        )
    from pg_trigger as g
    inner join tables as t on g.tgrelid = t.oid
    inner join pg_proc as p on g.tgfoid = p.oid
    where not g.tgisinternal and g.tgparentid = 0
    union all
    select
        t.file,
        format('%s can be emptied', t.oid::regclass)
    from tables as t
    where
        t.file = 'trail.sql'
        and not exists (
            select from pg_trigger as g
            where g.tgrelid = t.oid and g.tgtype & 32 > 0 and g.tgenabled = 'O'
        )
    union all
    select
        t.file,
        pg_get_ruledef(r.oid)
    from pg_rewrite as r
    inner join tables as t on r.ev_class = t.oid
    union all
    select
        'trail.sql',
        concat_ws(' ', pg_get_functiondef(p.oid), 'of', p.proowner::regrole, p.proacl)
    from pg_proc as p
    where p.pronamespace = to_regnamespace('trail') and p.prokind = 'f'
    union all
    -- Whatever is owned by another role than the one that migrates.
    select
        o.file,
        format('%s is owned by %s', o.object, o.owner::regrole)
    from pg_namespace as bookkeeping
    inner join
        (
            select
                t.file,
                t.relname,
                t.relowner
            from tables as t
            union all
            select
                s.file,
                c.relname,
                c.relowner
            from schemas as s
            inner join pg_class as c on s.oid = c.relnamespace
            where s.nspname <> 'app' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
            union all
            select
                s.file,
                p.proname,
                p.proowner
            from schemas as s
            inner join pg_proc as p on s.oid = p.pronamespace
            where s.nspname <> 'app'
            union all
            select
                c.relname || '.sql',
                p.proname,
                p.proowner
            from pg_trigger as t
            inner join pg_class as c on t.tgrelid = c.oid
            inner join pg_proc as p on t.tgfoid = p.oid
            where
                c.relnamespace = to_regnamespace('app')
                and p.pronamespace = to_regnamespace('app')
                and not t.tgisinternal
            union all
            select
                s.file,
                s.nspname,
                s.nspowner
            from schemas as s
            where s.nspname <> 'rowlock'
            union all
            select
                'identity.sql',
                p.proname,
                p.proowner
            from pg_proc as p
            where
                p.pronamespace = to_regnamespace('app')
                and p.proname in ('current_user_id', 'new_id')
        ) as o (file, object, owner)
        on bookkeeping.nspowner <> o.owner
    where bookkeeping.nspname = 'rowlock'
)

select
    file,
    encode(
        sha256(convert_to(string_agg(fact, E'\n' order by fact collate "C"), 'UTF8')), 'hex'
    ) as fingerprint
from
    (
        select distinct
            file,
            fact
        from facts
    ) as facts
group by file;
comment on view rowlock.live_policies is
'A digest of what the catalogue says now, per policy file. Unequal to the installed one: drift.';
