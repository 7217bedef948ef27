-- access_tables: the tables that audit.access shows.
create function audit.access_tables()
returns table (
    oid oid,
    schema_name name,
    table_name name,
    owner oid,
    acl aclitem[],
    row_security boolean,
    exact_user_id boolean
)
language sql stable
set search_path = pg_catalog
as $$
    select
        c.oid,
        n.nspname,
        c.relname,
        c.relowner,
        c.relacl,
        c.relrowsecurity,
        -- Under another collation two different texts can be equal, and so can two users' ids.
        coalesce(l.collisdeterministic, true)
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    left join pg_attribute as u on c.oid = u.attrelid and u.attname = 'user_id'
    left join pg_collation as l on u.attcollation = l.oid
    where
        c.relkind in ('r', 'p', 'f')
        -- What initdb created has a smaller oid, in any schema.
        and c.oid >= 16384
        and n.nspname not in ('rowlock', 'audit')
        and c.relpersistence <> 't'
$$;
comment on function audit.access_tables() is
'The tables in audit.access. exact_user_id: two user ids are equal only where the texts are equal.';
