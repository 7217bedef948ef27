-- The server does not log statements, because they contain what users write.
-- level: warning
select
    s.name as object,
    format('is %s: what users write is logged, inside the SQL', s.setting) as detail,
    format(
        '-- alter system set %s = %s; select pg_reload_conf();', s.name,
        case
            when s.name = 'log_statement' then 'none'
            when s.vartype = 'bool' then 'off'
            else '-1'
        end
    ) as remedy
from pg_settings as s
where
    (s.name = 'log_statement' and s.setting in ('mod', 'all'))
    or (
        s.name in ('log_min_duration_statement', 'log_min_duration_sample')
        and s.setting <> '-1'
    )
    or (s.name ~ '^debug_print_(raw_parse|parse|rewritten|plan)$' and s.setting = 'on')
