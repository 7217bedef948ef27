-- partitions: each partition of app.events has row-level security, and refuses TRUNCATE.
-- Its other triggers are those of app.events.
do $$
declare
    partition regclass;
begin
    for partition in
        select oid
        from pg_class
        where relnamespace = 'trail'::regnamespace and relispartition and relkind = 'r'
    loop
        execute format('alter table %s enable row level security', partition);
        execute format('alter table %s force row level security', partition);
        execute format(
            'create trigger events_not_emptied before truncate on %s'
            ' for each statement execute function trail.refuse()', partition
        );
    end loop;
end
$$;
