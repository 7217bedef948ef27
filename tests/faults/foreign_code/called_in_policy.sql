-- title: a policy that calls a function of another role
-- finds: foreign_code | public.f(pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- finds: identity_function | public.f(text) | is called by policies and owned by mallory, who can replace it
-- finds: tables_policies | p on {table} | is for all commands at once
-- advice: tables_policies
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.f(text) returns text language sql immutable return $1;
alter function public.f(text) owner to mallory;
create policy p on {table} using (public.f(user_id) > '');
