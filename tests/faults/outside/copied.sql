-- title: rows copied to a table without policies
-- finds: outside | public.copied | can be used, and no check covers its rows
-- pgrls: SEC001 public.copied
-- pgrls: SEC049 public.copied
-- mutant: around the policies
-- caught_by: outside

create table public.copied as table {table};
grant select on public.copied to rowlock_api;
