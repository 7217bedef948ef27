-- Users' rows outside schema app have policies for the caller's own rows, or no readers.
-- level: warning
with recursive places as (
    select
        c.oid,
        c.relkind,
        c.relowner,
        c.relacl,
        c.relrowsecurity,
        n.nspowner
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    where
        c.relkind in ('r', 'p', 'f', 'm', 'v')
        and c.oid >= 16384 -- objects that initdb created have a smaller oid
        and n.nspname not in ('app', 'trail', 'rowlock', 'audit')
        and c.relpersistence <> 't'
        -- The same condition as in db/checks/outside.sql, which says why both files state it.
        and exists (
            select from pg_attribute as a
            where
                a.attrelid = c.oid
                and a.attnum > 0
                -- A column of type oid, as in pg_stat_statements, identifies a role and not a user.
                and a.atttypid <> 'oid'::regtype
                and lower(replace(a.attname, '_', '')) = 'userid'
        )
),

-- The tables that each of these selects from, directly or through views.
sources as (
    select
        p.oid,
        p.oid as source
    from places as p
    union
    select
        s.oid,
        d.refobjid
    from sources as s
    inner join pg_rewrite as w on s.source = w.ev_class
    inner join pg_depend as d
        on
            w.oid = d.objid
            and d.classid = 'pg_rewrite'::regclass
            and d.refclassid = 'pg_class'::regclass
),

-- own: the policy selects the caller's own rows. It names the column once and compares it with
-- something that is not a constant, without OR or NOT. A name followed by a parenthesis or a
-- quotation mark is not the column but a function or a setting.
policies (oid, command, permissive, roles, own) as (
    select
        q.polrelid,
        case q.polcmd when 'r' then 'SELECT' when 'w' then 'UPDATE' when 'd' then 'DELETE' end,
        q.polpermissive,
        q.polroles,
        (
            e.expression ~* '^\(+"?user_?id"?\)?(::[a-z ]+)? = [^'']'
            or (
                e.expression ~* ' = \(*"?user_?id"?\)?(::[a-z ]+)?\)+($| AND )'
                and e.expression !~ '^[( ]*'''
            )
        )
        and e.expression !~ '\m(OR|NOT)\M'
        and e.expression !~* '\muser_?id\M(?![('']).*\muser_?id\M(?![(''])'
    from pg_policy as q
    inner join places as p on q.polrelid = p.oid
    cross join lateral pg_get_expr(q.polqual, q.polrelid) as e (expression)
    where q.polqual is not null and q.polcmd <> 'a'
),

granted (oid, grantee, privilege) as (
    select
        p.oid,
        a.grantee,
        a.privilege_type
    from places as p
    cross join lateral aclexplode(p.relacl) as a
    union
    select
        p.oid,
        a.grantee,
        a.privilege_type
    from places as p
    inner join pg_attribute as t on p.oid = t.attrelid
    cross join lateral aclexplode(t.attacl) as a
),

applied (oid, grantee, privilege, permissive, own) as (
    select
        g.oid,
        g.grantee,
        g.privilege,
        q.permissive,
        q.own
    from granted as g
    inner join policies as q on g.oid = q.oid and coalesce(q.command, g.privilege) = g.privilege
    where
        exists (
            select from unnest(q.roles) as s (role)
            where case when s.role = 0 then true else pg_has_role(g.grantee, s.role, 'usage') end
        )
),

open (oid, grantee, reads) as (
    select
        g.oid,
        g.grantee,
        bool_or(g.privilege = 'SELECT')
    from granted as g
    inner join places as p on g.oid = p.oid
    left join pg_roles as r on g.grantee = r.oid
    where
        g.privilege in ('SELECT', 'UPDATE', 'DELETE', 'TRUNCATE')
        and g.grantee <> p.relowner
        and not coalesce(r.rolsuper, false)
        -- The check outside covers the API's role and PUBLIC.
        and g.grantee not in (0, coalesce(to_regrole('rowlock_api')::oid, 0))
        and (
            not p.relrowsecurity
            or g.privilege = 'TRUNCATE'
            or (
                exists (
                    select from applied as q
                    where
                        (q.oid, q.grantee, q.privilege) = (g.oid, g.grantee, g.privilege)
                        and q.permissive and not q.own
                )
                and not exists (
                    select from applied as q
                    where
                        (q.oid, q.grantee, q.privilege) = (g.oid, g.grantee, g.privilege)
                        and not q.permissive and q.own
                )
            )
        )
    group by g.oid, g.grantee
),

found (oid, detail, remedy) as (
    select
        o.oid,
        format(
            case
                when o.reads then 'shows rows of every user to %s: %s'
                else 'lets %s change rows of every user: %s'
            end,
            o.grantee::regrole,
            case
                when p.relrowsecurity then 'its policies do not select only the caller''s rows'
                else 'no policy covers it'
            end
        ),
        format('revoke all on %s from %s cascade;', o.oid::regclass, o.grantee::regrole)
    from open as o
    inner join places as p on o.oid = p.oid
    union all
    -- A role that also owns the schema, such as the issuer of tokens, stores its own rows there.
    select
        p.oid,
        format('belongs to %s, which reads rows of every user', p.relowner::regrole),
        format('alter table %s owner to %s;', p.oid::regclass, n.nspowner::regrole)
    from places as p
    inner join pg_roles as r on p.relowner = r.oid
    inner join pg_namespace as n on n.nspname = 'rowlock'
    where
        p.relkind <> 'v'
        and r.rolcanlogin
        and not r.rolsuper
        and r.oid not in (10, n.nspowner, p.nspowner)
)

select
    f.oid::regclass::text as object,
    f.detail,
    f.remedy
from found as f
-- The rule view_owner_rights covers views of users' rows and of the trail.
where
    not exists (
        select from sources as s
        inner join pg_class as c on s.source = c.oid
        where
            s.oid = f.oid
            and c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail'))
    )
