-- The API's role can neither make roles or databases nor replicate.
select
    r.rolname::text as object,
    format('has %s', upper(a.attribute)) as detail,
    format('alter role rowlock_api no%s;', a.attribute) as remedy
from pg_roles as r
cross join
    lateral (
        values
        ('createrole', r.rolcreaterole),
        ('createdb', r.rolcreatedb),
        ('replication', r.rolreplication)
    ) as a (attribute, held)
where r.rolname = 'rowlock_api' and a.held
