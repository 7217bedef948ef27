-- functions: whose rights each function runs with, and who may execute it.
create view audit.functions as
select
    format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        as function,
    o.rolname as owner,
    p.prosecdef as security_definer,
    (
        select substr(c.entry, 13)
        from unnest(p.proconfig) as c (entry)
        where c.entry like 'search\_path=%'
    ) as search_path,
    p.proleakproof as leakproof,
    case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end
        as volatility,
    exists(
        select from pg_depend as d
        where
            d.classid = 'pg_policy'::regclass
            and d.refclassid = 'pg_proc'::regclass
            and d.refobjid = p.oid
    ) as identity,
    array(
        select distinct coalesce(r.rolname, 'public')::text as grantee
        from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        left join pg_roles as r on a.grantee = r.oid
        where a.privilege_type = 'EXECUTE'
        order by grantee
    ) as executable_by
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
inner join pg_roles as o on p.proowner = o.oid
where
    p.oid >= 16384 -- objects that initdb created have a smaller oid
    and n.nspname not in ('rowlock', 'audit')
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    );

comment on view audit.functions is
'Whose rights each function uses, and who may execute it; not in rowlock, audit or extensions.';
comment on column audit.functions.function is 'The function and the types of its arguments.';
comment on column audit.functions.owner is 'Its owner.';
comment on column audit.functions.security_definer is
'Whether it runs with its owner''s rights instead of its caller''s.';
comment on column audit.functions.search_path is
'The search path that it sets; NULL: it uses its caller''s.';
comment on column audit.functions.leakproof is
'Whether the planner may call it on rows that a policy hides.';
comment on column audit.functions.volatility is 'immutable, stable or volatile.';
comment on column audit.functions.identity is 'Whether a policy calls it.';
comment on column audit.functions.executable_by is 'Who may execute it; public: everyone.';
