-- title: a copy that the API's role may write
-- each: {privilege} = insert | delete | truncate
-- finds: outside | public.copied | can be used, and no check covers its rows
-- variant_of: copied

create table public.copied (title text);
grant {privilege} on public.copied to rowlock_api;
