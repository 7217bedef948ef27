-- title: a table of users' rows outside schema app, which a role may read
-- finds: rows_elsewhere | public.addresses | shows rows of every user to postman: no policy covers it
-- pgrls: SEC001 public.addresses

create table public.addresses (user_id text, street text);
create role postman;
grant select on public.addresses to postman;
