-- Blanks hide users' values from other sessions of the API's role in pg_stat_activity.
select
    'setting track_activity_query_size' as object,
    format(
        'is %s, and 4kB are hidden: pg_stat_activity shows each session of rowlock_api what the '
        'others run, users'' words among it',
        current_setting('track_activity_query_size')
    ) as detail,
    '-- set track_activity_query_size to 4kB or less in postgresql.conf, and restart the server'
        as remedy
from pg_settings
where name = 'track_activity_query_size' and setting::int > 4096
