-- No stored setting binds an identity, disables triggers or policies, or loads others' code.
select
    format('setting %s', e.entry) as object,
    format(
        'is stored for %s: %s', coalesce(nullif(s.setrole, 0)::regrole::text, 'every role'),
        case lower(split_part(e.entry, '=', 1))
            when 'app.user_id' then 'every connection is bound to that user'
            when 'row_security' then 'queries that policies would filter fail'
            when 'session_replication_role' then 'triggers do not fire'
            when 'search_path' then 'names may find objects that another role created'
            when 'lo_compat_privileges' then 'large objects need no privilege'
            when 'default_transaction_read_only' then 'every write fails'
            when 'role' then 'every connection starts as another role'
            when 'session_authorization' then 'every connection starts as another role'
            else 'every connection loads code'
        end
    ) as detail,
    case
        when s.setrole = 0 and s.setdatabase = 0 then 'alter role all'
        when s.setrole = 0 then format('alter database %I', current_database())
        when s.setdatabase = 0 then format('alter role %s', s.setrole::regrole)
        else format('alter role %s in database %I', s.setrole::regrole, current_database())
    end || format(' reset %s;', quote_ident(split_part(e.entry, '=', 1))) as remedy
from pg_db_role_setting as s
left join pg_database as d on s.setdatabase = d.oid
cross join unnest(s.setconfig) as e (entry)
where
    (s.setdatabase = 0 or d.datname = current_database())
    and (
        -- The name of a setting is not case-sensitive.
        e.entry ~* '^app\.user_id=.'
        -- The value is not case-sensitive either. It is stored as it was typed, and a boolean has
        -- many spellings.
        or e.entry ~* '^row_security=(of|off|0|f|fa|fal|fals|false|n|no)$'
        or e.entry ~* '^session_replication_role=(replica|local)$'
        or (
            s.setrole in (0, to_regrole('rowlock_api'))
            and e.entry ~* '^default_transaction_read_only=(on|1|t|tr|tru|true|y|ye|yes)$'
        )
        or (
            s.setrole in (0, to_regrole('rowlock_api'))
            and lower(split_part(e.entry, '=', 1)) in (
                'search_path', 'role', 'session_authorization', 'session_preload_libraries',
                'local_preload_libraries', 'lo_compat_privileges'
            )
            -- db/policies/roles.sql stores this one, so that names are looked up in no other
            -- schema.
            and not (s.setrole = to_regrole('rowlock_api') and e.entry = 'search_path=pg_catalog')
        )
    )
