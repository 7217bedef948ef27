-- take_back: reset the owner and the privileges of one relation.
create or replace function rowlock.take_back(relation regclass) returns void
language plpgsql
as $$
begin
    perform rowlock.reclaim('table', relation::text, relowner) from pg_class where oid = relation;
    perform rowlock.revoke_all(
        relation::text,
        c.relacl || array(
            select x
            from pg_attribute as t
            cross join lateral unnest(t.attacl) as x
            where t.attrelid = c.oid
        ),
        c.relowner
    )
    from pg_class as c
    where c.oid = relation;
end
$$;
revoke all on function rowlock.take_back(regclass) from public;
comment on function rowlock.take_back(regclass) is
'Make the owner of schema rowlock the owner of a relation, and revoke every privilege on the '
'relation and on its columns.';
