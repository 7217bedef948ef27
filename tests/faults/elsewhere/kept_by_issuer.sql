-- title: a table of users' rows that belongs to a login, beside the issuer's own
-- finds: rows_elsewhere | public.copied | belongs to keeper, which reads rows of every user
-- variant_of: kept_by

-- A login owns the table, but not its schema, as the issuer of tokens owns both.
create role keeper login;
create schema auth authorization keeper;
create table auth.session ("userId" text);
alter table auth.session owner to keeper;
create table public.copied (user_id text);
alter table public.copied owner to keeper;
