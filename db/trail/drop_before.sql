-- drop_before: drops the partitions of the months before a date.
--
-- Only the owner of a partition can drop it. trail.retain() calls this function as
-- rowlock_retention, which cannot drop the current month. The months of a partition are read from
-- its bound, because it may have any name.
create or replace function trail.drop_before(month timestamptz) returns setof text
language plpgsql security definer
set search_path = pg_catalog
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    name text;
    partition regclass;
begin
    for name, partition in
        select c.relname, c.oid
        from pg_inherits as i
        inner join pg_class as c on i.inhrelid = c.oid
        cross join lateral regexp_match(
            pg_get_expr(c.relpartbound, c.oid), ' TO \(''([^'']+)''\)'
        ) as bound
        where
            i.inhparent = 'app.events'::regclass
            and bound[1]::timestamptz <= date_trunc('month', least(month, now()))
        order by c.relname
    loop
        execute format('drop table %s', partition);
        return next name;
    end loop;
end
$$;

comment on function trail.drop_before(timestamptz) is
'Drop the partitions of the months before a date.';
