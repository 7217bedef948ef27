-- title: a materialised view in schema app
-- finds: tables_rls | app.stale | is a foreign table or a materialised view, which row-level security cannot cover
-- pgrls: VIEW003 app.stale
-- mutant: around the policies
-- caught_by: tables_rls

create materialized view app.stale as table {table};
