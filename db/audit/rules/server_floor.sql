-- The server has the releases that fix row-level security.
-- level: warning
select
    'server' as object,
    format('Postgres %s is %s', s.value, s.detail) as detail,
    '-- upgrade the server' as remedy
from audit.server as s
where s.setting = 'server_version' and s.detail !~ '^at or above'
