-- title: an index that uses another role's operator class
-- finds: foreign_code | public.words USING btree | is used for users' rows, and belongs to mallory, who can change it
-- finds: foreign_code | public.words USING btree | is used for users' rows, and belongs to mallory, who can change it
-- variant_of: called_in_check

create role mallory;
grant create on schema public to mallory;
create function public.less(text, text) returns int language sql immutable
    return pg_catalog.bttextcmp($1, $2);
create operator class public.words for type text using btree as operator 1 <, operator 2 <=,
    operator 3 =, operator 4 >=, operator 5 >, function 1 public.less(text, text);
alter operator class public.words using btree owner to mallory;
alter operator family public.words using btree owner to mallory;
create index on {table} (user_id public.words);
