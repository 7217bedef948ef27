-- Postgres is version 14 or newer.
select
    'server' as object,
    format('the server is Postgres %s', current_setting('server_version')) as detail,
    '-- upgrade the server to Postgres 14 or newer' as remedy
where current_setting('server_version_num')::int < 140000
