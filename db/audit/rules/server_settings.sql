-- The server's configuration does not disable triggers or policies, and permits writes.
select
    format('setting %s=%s', s.name, s.setting) as object,
    format('is set for the whole server: %s', w.harm) as detail,
    format(
        '-- alter system reset %s; select pg_reload_conf(); or take it out of %s', s.name,
        coalesce(s.sourcefile, 'the server''s configuration')
    ) as remedy
from pg_settings as s
inner join
    (
        values
        ('row_security', '^off$', 'queries that policies would filter fail'),
        ('session_replication_role', '^(replica|local)$', 'triggers do not fire'),
        ('lo_compat_privileges', '^on$', 'large objects need no privilege'),
        ('default_transaction_read_only', '^on$', 'every write fails')
    ) as w (name, wrong, harm)
    on s.name = w.name and s.setting ~ w.wrong
where s.source in ('configuration file', 'command line', 'environment variable')
