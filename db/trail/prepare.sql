-- prepare: creates the partitions of the months ahead.
--
-- If the default partition already holds events of a month, no partition is created for it.
create or replace function trail.prepare(months integer default 12) returns setof text
language plpgsql security definer
set search_path = pg_catalog
set timezone = 'UTC'
as $$
declare
    month timestamptz;
    name text;
begin
    for month in
        select date_trunc('month', now()) + make_interval(months => n)
        from generate_series(0, months) as n
    loop
        name := to_char(month, '"events_"YYYY_MM');
        continue when to_regclass(format('trail.%I', name)) is not null;
        begin
            execute format(
                'create table trail.%I partition of app.events for values from (%L) to (%L)',
                name, month, month + interval '1 month'
            );
            execute format('alter table trail.%I enable row level security', name);
            execute format('alter table trail.%I force row level security', name);
            execute format(
                'create trigger events_not_emptied before truncate on trail.%I'
                ' for each statement execute function trail.refuse()', name
            );
            return next name;
        exception when check_violation then
            null;
        end;
    end loop;
end
$$;

comment on function trail.prepare(integer) is 'Create the partitions of the months ahead.';
