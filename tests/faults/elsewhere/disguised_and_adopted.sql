-- title: tables of users' rows in schema pg_catalog and in an extension
-- finds: rows_elsewhere | information_schema.notes | shows rows of every user to reader: no policy covers it
-- finds: rows_elsewhere | public.more | shows rows of every user to reader: no policy covers it
-- variant_of: disguised

-- The oid shows whether initdb created a table; its schema and its extension do not.
create role reader;
create table public.notes (user_id text);
grant select on public.notes to reader;
set local allow_system_table_mods = on;
update pg_class set relnamespace = 'information_schema'::regnamespace
    where oid = 'public.notes'::regclass;
create table public.more (user_id text, userid oid);
grant select on public.more to reader;
alter extension plpgsql add table public.more;
create table public.statements (userid oid);
grant select on public.statements to reader;
