-- title: a table of users' rows that a login role owns, beside the issuer's tables
-- finds: rows_elsewhere | public.copied | belongs to keeper, which reads rows of every user
-- variant_of: kept_by

-- The issuer of tokens owns its tables and their schema. Here the role owns only the table.
create role keeper login;
create schema auth authorization keeper;
create table auth.session ("userId" text);
alter table auth.session owner to keeper;
create table public.copied (user_id text);
alter table public.copied owner to keeper;
