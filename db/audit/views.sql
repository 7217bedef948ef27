-- views: with whose rights each view reads, and who may read it.
create view audit.views as
select
    format('%I.%I', n.nspname, c.relname) as view_name,
    o.rolname as owner,
    case c.relkind when 'm' then 'materialized view' else 'view' end as kind,
    coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)
        as security_invoker,
    coalesce(c.reloptions && array['security_barrier=true', 'security_barrier=on'], false)
        as security_barrier,
    array(
        select distinct coalesce(r.rolname, 'public')::text as grantee
        from (
            select
                a.grantee,
                a.privilege_type
            from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as a
            union all
            select
                a.grantee,
                a.privilege_type
            from pg_attribute as u
            cross join lateral aclexplode(u.attacl) as a
            where u.attrelid = c.oid
        ) as g
        left join pg_roles as r on g.grantee = r.oid
        where g.privilege_type = 'SELECT'
        order by grantee
    ) as readable_by
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_roles as o on c.relowner = o.oid
where
    c.relkind in ('v', 'm')
    and c.oid >= 16384 -- objects that initdb created have a smaller oid
    and n.nspname not in ('rowlock', 'audit')
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    );

comment on view audit.views is
'Whose rights each view uses, and who may read it; not in rowlock, audit or extensions.';
comment on column audit.views.view_name is 'The view''s qualified name, quoted as SQL needs it.';
comment on column audit.views.owner is
'Its owner, whose rights it uses unless security_invoker is set.';
comment on column audit.views.kind is
'view, or materialized view: a copy of rows, to which policies do not apply.';
comment on column audit.views.security_invoker is
'Whether it reads with its caller''s rights, so that the caller''s policies apply.';
comment on column audit.views.security_barrier is
'Whether its own conditions are evaluated before those of its reader.';
comment on column audit.views.readable_by is
'Who may read it or some of its columns; public: everyone.';
