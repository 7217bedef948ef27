-- The database's encoding is UTF8.
select
    'database' as object,
    format('its encoding is %s; the API needs UTF8', pg_encoding_to_char(d.encoding)) as detail,
    '-- create a database with template template0 encoding ''UTF8'', move the rows there (pg_dump),'
    || ' and name it in both URLs' as remedy
from pg_database as d
where d.datname = current_database() and pg_encoding_to_char(d.encoding) <> 'UTF8'
