-- title: a materialised view that another role owns, and a view of it
-- finds: view_owner_rights | public.copy | shows users' rows to its owner reader
-- variant_of: handed

create role reader;
create materialized view public.copy as select title from app.tasks;
create view public.shown as table public.copy;
grant create on schema public to reader;
alter materialized view public.copy owner to reader;
alter view public.shown owner to reader;
