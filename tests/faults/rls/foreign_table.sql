-- title: a foreign table, which no policy covers
-- finds: tables_rls | app.far | is a foreign table or a materialised view, which row-level security cannot cover
-- no_pgrls: reported only where a role of low trust may read it

create foreign data wrapper hollow;
create server nowhere foreign data wrapper hollow;
create foreign table app.far (user_id text) server nowhere;
