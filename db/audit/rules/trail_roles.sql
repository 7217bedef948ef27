-- The roles that write the trail and drop its old months have no members.
select
    m.member::regrole::text as object,
    format(
        'is a member of %s, which %s', m.roleid::regrole,
        case r.rolname
            when 'rowlock_recorder' then 'writes the trail of every user'
            else 'drops what the trail holds'
        end
    ) as detail,
    format(
        'revoke %s from %s%s cascade;', m.roleid::regrole, m.member::regrole,
        -- Since Postgres 16 each grantor's grant is revoked separately.
        case
            when current_setting('server_version_num')::int >= 160000
                then format(' granted by %s', m.grantor::regrole)
            else ''
        end
    ) as remedy
from pg_auth_members as m
inner join pg_roles as r on m.roleid = r.oid
inner join pg_roles as l on m.member = l.oid
inner join pg_namespace as n on n.nspname = 'rowlock'
where
    r.rolname in ('rowlock_recorder', 'rowlock_retention')
    and not l.rolsuper
    -- Since Postgres 16 the role that creates another has only the ADMIN option on it. The owner of
    -- schema rowlock has it, and is a full member only while it migrates.
    and not (
        m.member = n.nspowner
        and m.grantor = 10
        and not coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
        and not coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
    )
