-- grants: who holds which privilege on what, and the default privileges of new objects.
create view audit.grants as
with extended (classid, objid) as (
    -- Privileges on an extension's objects are left out: the extension's script grants them.
    select
        classid,
        objid
    from pg_depend
    where deptype = 'e'
),

schemas as (
    select
        oid,
        nspname,
        nspowner,
        nspacl
    from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
),

objects (kind, object, owner, acl) as (
    select
        'database',
        quote_ident(datname),
        datdba,
        coalesce(datacl, acldefault('d', datdba))
    from pg_database
    where datname = current_database()
    union all
    select
        'schema',
        quote_ident(nspname),
        nspowner,
        coalesce(nspacl, acldefault('n', nspowner))
    from schemas
    union all
    select
        case c.relkind
            when 'S' then 'sequence'
            when 'v' then 'view'
            when 'm' then 'materialized view'
            when 'f' then 'foreign table'
            else 'table'
        end,
        format('%I.%I', s.nspname, c.relname),
        c.relowner,
        coalesce(
            c.relacl,
            case c.relkind
                when 'S' then acldefault('s', c.relowner)
                else acldefault('r', c.relowner)
            end
        )
    from pg_class as c
    inner join schemas as s on c.relnamespace = s.oid
    where
        c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and not exists (
            select from extended as e
            where e.classid = 'pg_class'::regclass and e.objid = c.oid
        )
    union all
    select
        'column',
        format('%I.%I.%I', s.nspname, c.relname, a.attname),
        c.relowner,
        a.attacl
    from pg_attribute as a
    inner join pg_class as c on a.attrelid = c.oid
    inner join schemas as s on c.relnamespace = s.oid
    where a.attacl is not null and not a.attisdropped
    union all
    select
        case p.prokind when 'p' then 'procedure' else 'function' end,
        format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        p.proowner,
        coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc as p
    inner join schemas as s on p.pronamespace = s.oid
    where
        not exists (
            select from extended as e
            where e.classid = 'pg_proc'::regclass and e.objid = p.oid
        )
    union all
    select
        'parameter',
        parameter,
        10::oid,
        acl
    from audit.parameter_grants()
    union all
    select
        'default ' || case d.defaclobjtype
            when 'r' then 'tables'
            when 'S' then 'sequences'
            when 'f' then 'functions'
            when 'T' then 'types'
            when 'n' then 'schemas'
            else 'large objects'
        end,
        case
            when d.defaclnamespace = 0 then 'every schema'
            else format('schema %I', n.nspname)
        end,
        d.defaclrole,
        d.defaclacl
    from pg_default_acl as d
    left join pg_namespace as n on d.defaclnamespace = n.oid
)

select
    coalesce(g.rolname, 'public') as grantee,
    o.kind,
    o.object,
    lower(a.privilege_type) as privilege,
    a.is_grantable as grantable,
    b.rolname as granted_by
from objects as o
cross join lateral aclexplode(o.acl) as a
left join pg_roles as g on a.grantee = g.oid
left join pg_roles as b on a.grantor = b.oid
where a.grantee <> o.owner;

comment on view audit.grants is
'Who has which privilege on what, except owners, and the default privileges of new objects.';
comment on column audit.grants.grantee is 'The role; public: everyone.';
comment on column audit.grants.kind is
'The kind of object; default …: the privileges on new objects of the grantor.';
comment on column audit.grants.object is 'The object''s qualified name, quoted as SQL needs it.';
comment on column audit.grants.privilege is
'The privilege. Policies do not apply to TRUNCATE, REFERENCES, TRIGGER and MAINTAIN.';
comment on column audit.grants.grantable is 'Whether the grantee may pass it on.';
comment on column audit.grants.granted_by is 'Who granted it.';
