-- title: a trigger that calls a function of another role
-- finds: foreign_code | public.t() | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.t() returns trigger language plpgsql as 'begin return new; end';
alter function public.t() owner to mallory;
create trigger t before insert on {table} for each row execute function public.t();
