-- No role and no database is set to an identity, or to leave triggers or policies out.
select
    format('setting %s', e.entry) as object,
    format(
        'is stored for %s: %s', coalesce(nullif(s.setrole, 0)::regrole::text, 'every role'),
        case split_part(e.entry, '=', 1)
            when 'app.user_id' then 'every connection speaks for that user'
            when 'row_security' then 'queries that policies would filter fail'
            else 'triggers do not fire'
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
        e.entry ~ '^app\.user_id=.'
        or e.entry = 'row_security=off'
        or e.entry ~ '^session_replication_role=(replica|local)$'
    )
