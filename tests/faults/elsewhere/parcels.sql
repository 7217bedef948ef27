-- title: a table of users' rows outside schema app, which a role may update but not read
-- finds: rows_elsewhere | public.parcels | lets packer change rows of every user: no policy covers it
-- pgrls: SEC001 public.parcels

create table public.parcels (user_id text, street text);
create role packer login;
grant update on public.parcels to packer;
