-- close: remove everything that gives access to one table.
create or replace function rowlock.close(target regclass) returns void
language plpgsql
as $$
declare
    kind text;
    name name;
begin
    perform rowlock.take_back(target);
    perform rowlock.reclaim('function', p.oid::regprocedure::text, p.proowner)
    from pg_trigger as t
    inner join pg_proc as p on t.tgfoid = p.oid
    where t.tgrelid = target and not t.tgisinternal and p.pronamespace = to_regnamespace('app');
    for kind, name in
        select 'policy', polname from pg_policy where polrelid = target
        union all
        -- A partition's trigger can only be dropped together with its parent's.
        select 'trigger', tgname from pg_trigger
        where tgrelid = target and not tgisinternal and tgparentid = 0
        union all
        select 'rule', rulename from pg_rewrite where ev_class = target
    loop
        execute format('drop %s %I on %s', kind, name, target);
    end loop;
end
$$;
revoke all on function rowlock.close(regclass) from public;
comment on function rowlock.close(regclass) is
'Drop the policies, triggers and rules of a table and revoke every privilege: every role that is '
'subject to row-level security is denied every row.';
