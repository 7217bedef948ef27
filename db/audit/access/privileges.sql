-- access_privileges: which role holds a privilege on a table by a grant or as its owner.
create function audit.access_privileges()
returns table (grantee oid, table_oid oid, command text, columns text[], owned boolean)
language sql stable
set search_path = pg_catalog
as $$
    select
        a.grantee,
        t.oid,
        lower(a.privilege_type),
        null::text[],
        false
    from audit.access_tables() as t
    cross join lateral aclexplode(t.acl) as a
    where a.grantee <> t.owner
    union all
    select
        a.grantee,
        t.oid,
        lower(a.privilege_type),
        array_agg(distinct u.attname::text),
        false
    from audit.access_tables() as t
    inner join pg_attribute as u on t.oid = u.attrelid and u.attacl is not null
    cross join lateral aclexplode(u.attacl) as a
    where not u.attisdropped and a.grantee <> t.owner
    group by t.oid, a.grantee, a.privilege_type
    union all
    select
        r.oid,
        t.oid,
        p.command,
        null,
        t.owner = r.oid
    from audit.access_tables() as t
    cross join (
        values
        ('pg_read_all_data', 'select'),
        ('pg_write_all_data', 'insert'),
        ('pg_write_all_data', 'update'),
        ('pg_write_all_data', 'delete')
    ) as p (role_name, command)
    inner join pg_roles as r on p.role_name = r.rolname
    union all
    -- An owner can grant themselves every privilege, and disable row-level security.
    select
        t.owner,
        t.oid,
        c.command,
        null,
        true
    from audit.access_tables() as t
    cross join audit.access_commands() as c
$$;
comment on function audit.access_privileges() is
'Each privilege on a table that was granted or that its owner has. grantee 0: PUBLIC. columns: '
'only these; NULL: all.';
