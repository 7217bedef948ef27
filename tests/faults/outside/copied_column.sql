-- title: a copy of which everyone may update one column
-- finds: outside | public.copied | can be used, and no check covers its rows
-- variant_of: copied

create table public.copied (title text);
grant update (title) on public.copied to public;
