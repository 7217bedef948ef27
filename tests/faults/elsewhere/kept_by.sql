-- title: a table of users' rows that a login role owns
-- finds: rows_elsewhere | public.kept_by | belongs to keeper_of_rows, which reads rows of every user
-- pgrls: SEC001 public.kept_by

create table public.kept_by (user_id text, body text);
create role keeper_of_rows login;
alter table public.kept_by owner to keeper_of_rows;
