-- described_schemas: our schemas, and the file that describes what each holds.
--
-- Each table of schema app has its own file: see described_tables.
create or replace view rowlock.described_schemas as
select
    n.oid,
    n.nspname,
    n.nspowner,
    n.nspacl,
    f.file
from pg_namespace as n
inner join
    (
        values
        ('app', 'identity.sql'),
        ('rowlock', 'roles.sql'),
        ('trail', 'trail/*.sql'),
        ('audit', 'audit/*.sql')
    ) as f (nspname, file)
    on n.nspname = f.nspname;
comment on view rowlock.described_schemas is
'The schemas of Rowlock, each with the file that describes it.';
