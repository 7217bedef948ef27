-- title: extended statistics that belong to another role
-- finds: foreign_code | public.probed | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: measured

create role mallory;
grant create on schema public to mallory;
create statistics public.probed on user_id, id from {table};
alter statistics public.probed owner to mallory;
