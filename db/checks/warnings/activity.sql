-- Blanks hide users' values from other sessions of the API's role in pg_stat_activity.
select
    'setting track_activity_query_size' as object,
    format(
        'is %s, but only 4kB are hidden: in pg_stat_activity, each session of rowlock_api sees the '
        'statements of the others, with users'' data',
        current_setting('track_activity_query_size')
    ) as detail,
    '-- set track_activity_query_size to 4kB or less in postgresql.conf, and restart the server'
        as remedy
from pg_settings
where name = 'track_activity_query_size' and setting::int > 4096
