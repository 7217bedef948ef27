-- title: a materialised view that another role owns
-- finds: view_owner_rights | public.handed | shows users' rows to its owner taker
-- pgrls: VIEW003 public.handed

create materialized view public.handed as select title from app.tasks;
create role taker;
grant create on schema public to taker;
alter materialized view public.handed owner to taker;
