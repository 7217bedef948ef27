-- title: a table of users' rows outside schema app, which a role may empty but not read
-- each: {privilege} = delete | truncate
-- finds: rows_elsewhere | public.notes | lets reader change rows of every user: no policy covers it
-- variant_of: parcels

create role reader;
create table public.notes (user_id text);
grant {privilege} on public.notes to reader;
