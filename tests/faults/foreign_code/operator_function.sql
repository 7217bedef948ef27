-- title: an operator class of the owner that calls a function of another role
-- each: {use} = create index on {table} (user_id public.words)
-- each: {use} = alter table {table} add exclude using btree (user_id public.words with =)
-- finds: foreign_code | public.less(pg_catalog.text,pg_catalog.text) | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.less(text, text) returns int language sql immutable
    return pg_catalog.bttextcmp($1, $2);
create operator class public.words for type text using btree as operator 1 <, operator 2 <=,
    operator 3 =, operator 4 >=, operator 5 >, function 1 public.less(text, text);
alter function public.less(text, text) owner to mallory;
{use};
