-- PUBLIC and the API's role cannot access large objects, to which policies do not apply.
select
    format('large object %s', l.oid) as object,
    format('%s is granted to %s', a.privilege_type, who.name) as detail,
    format('revoke all on large object %s from %s;', l.oid, who.name) as remedy
from pg_largeobject_metadata as l
cross join lateral aclexplode(l.lomacl) as a
cross join
    lateral (
        select case a.grantee when 0 then 'public' else a.grantee::regrole::text end as name
    ) as who
where a.grantee in (0, to_regrole('rowlock_api')) and a.grantee <> l.lomowner
union all
-- Every role can create large objects with functions of Postgres, and Rowlock does not change the
-- grants on these. A large object that the API's role created belongs to it, and is found here.
select
    format('large object %s', l.oid),
    'belongs to rowlock_api: each user reads what another wrote',
    format('alter large object %s owner to %s;', l.oid, n.nspowner::regrole)
from pg_largeobject_metadata as l
inner join pg_namespace as n on n.nspname = 'rowlock'
where l.lomowner = to_regrole('rowlock_api')
