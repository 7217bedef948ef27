-- title: a table of users' rows in schema pg_catalog
-- finds: rows_elsewhere | information_schema.disguised | shows rows of every user to spy: no policy covers it
-- no_pgrls: a schema that is left out of its configuration

create table public.disguised (user_id text);
create role spy;
grant select on public.disguised to spy;
set local allow_system_table_mods = on;
update pg_class set relnamespace = 'information_schema'::regnamespace
    where oid = 'public.disguised'::regclass;
