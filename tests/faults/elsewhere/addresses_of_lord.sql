-- title: a table of users' rows that has another owner, which a role may read
-- finds: rows_elsewhere | public.addresses | shows rows of every user to reader: no policy covers it
-- variant_of: addresses

create role reader;
create role lord;
create table public.addresses (user_id text);
alter table public.addresses owner to lord;
grant select, insert on public.addresses to reader;
