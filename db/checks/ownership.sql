-- The API's role owns nothing, itself or through a role it is a member of.
with objects (kind, object, owner) as (
    select 'database', quote_ident(datname), datdba
    from pg_database
    where datname = current_database()
    union all
    select 'schema', nspname::regnamespace::text, nspowner
    from pg_namespace
    where nspname in ('app', 'rowlock')
    union all
    select 'table', oid::regclass::text, relowner
    from pg_class
    where relnamespace in (to_regnamespace('app'), to_regnamespace('rowlock'))
    and relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select 'function', oid::regprocedure::text, proowner
    from pg_proc
    where pronamespace in (to_regnamespace('app'), to_regnamespace('rowlock'))
)

select
    format('%s %s', kind, object) as object,
    format('is owned by %s; an owner can switch row-level security off', owner::regrole) as detail,
    case
        when owner = current_user::regrole
            then format('alter %s %s owner to /* the migrations'' role */;', kind, object)
        else format('revoke %s from %I;', owner::regrole, current_user)
    end as remedy
from objects
where pg_has_role(owner, 'member')
