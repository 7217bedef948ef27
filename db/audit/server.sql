-- server: whether its version has the fixes of row-level security, and the relevant settings.
create view audit.server as
with floors (major, floor) as (
    values (14, 140025), (15, 150020), (16, 160016), (17, 170012), (18, 180007)
),

version (number, name) as (
    values (current_setting('server_version_num')::int, current_setting('server_version'))
),

settings (setting, detail) as (
    values
    ('row_security', 'off: a query that a policy would filter is an error'),
    ('ssl', 'whether connections can be encrypted'),
    ('password_encryption', 'how passwords are kept; md5 can be replayed'),
    ('log_statement', 'other than none: the log contains users'' data, inside the SQL'),
    ('log_min_duration_statement', 'other than -1: the log contains slow statements'),
    ('log_min_error_statement', 'error or below: the log contains failing statements'),
    ('log_parameter_max_length', 'how much of each bound parameter is logged with its statement'),
    ('log_parameter_max_length_on_error', 'as above, with a failing statement'),
    ('log_connections', 'whether the log says who connects'),
    ('shared_preload_libraries', 'pgaudit among them records who read what'),
    ('wal_level', 'logical: rows can be decoded from the log, and no policy holds for that'),
    ('session_replication_role', 'replica: triggers and foreign keys do not fire'),
    ('track_activity_query_size', 'how much of each running statement pg_stat_activity shows')
)

select
    'server_version' as setting,
    v.name as value,
    case
        when v.number >= 190000 then 'at or above 18.7, which fixes row-level security'
        when f.floor is null then 'too old to be fixed: upgrade'
        when v.number < f.floor
            then
                format(
                    'below %s.%s, which fixes row-level security: upgrade', f.major, f.floor % 10000
                )
        else
            format('at or above %s.%s, which fixes row-level security', f.major, f.floor % 10000)
    end as detail
from version as v
left join floors as f on v.number / 10000 = f.major
union all
select
    s.setting,
    p.setting as value,
    s.detail
    || case when p.name is null then '; shown to members of pg_read_all_settings only' else '' end
from settings as s
left join pg_settings as p on s.setting = p.name;

comment on view audit.server is
'The server''s version, the releases that fix row-level security, and relevant settings.';
comment on column audit.server.setting is 'The setting''s name.';
comment on column audit.server.value is 'What it is now; NULL: this role may not see it.';
comment on column audit.server.detail is 'What it means for users'' rows.';
