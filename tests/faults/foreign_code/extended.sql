-- title: an extension of another role with a called function
-- finds: foreign_code | public.extends(pg_catalog.text) | is used for users' rows, and belongs to extender, who can change it
-- no_pgrls: the owners of what a table uses

-- The owner of an extension may add functions to it. They are still a finding.
create role extender;
grant create on schema public to extender;
create function public.extends(text) returns boolean language sql immutable return true;
alter function public.extends(text) owner to extender;
alter table {table} add check (public.extends(body));
alter extension plpgsql add function public.extends(text);
update pg_extension set extowner = 'extender'::regrole where extname = 'plpgsql';
