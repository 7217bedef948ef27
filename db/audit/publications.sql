-- publications: what logical decoding copies out of the database. Policies do not apply to it.
create view audit.publications as
select
    p.pubname as publication,
    p.puballtables as all_tables,
    t.schemaname as schema_name,
    t.tablename as table_name,
    -- The column rowfilter exists since Postgres 15.
    to_jsonb(t) ->> 'rowfilter' as row_filter
from pg_publication as p
left join pg_publication_tables as t on p.pubname = t.pubname;

comment on view audit.publications is
'What logical decoding publishes: policies do not apply to it.';
comment on column audit.publications.publication is 'The publication.';
comment on column audit.publications.all_tables is
'Whether it publishes every table, including future ones.';
comment on column audit.publications.schema_name is
'The schema of a published table; NULL: it publishes none.';
comment on column audit.publications.table_name is 'A published table.';
comment on column audit.publications.row_filter is
'The condition on the published rows; NULL: every row.';
