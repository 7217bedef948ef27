-- New sessions of the API's role have the settings that it needs.
with wanted (name, value, own) as (
    values
    -- The settings that db/policies/roles.sql stores for the role.
    ('TimeZone', 'UTC', true),
    ('idle_in_transaction_session_timeout', '10s', true),
    ('lock_timeout', '2s', true),
    ('search_path', 'pg_catalog', true),
    ('statement_timeout', '5s', true),
    -- The settings that decide whether the role can write, how Postgres parses what the API sends,
    -- and whether triggers and policies apply.
    ('DateStyle', 'ISO', false),
    ('client_encoding', 'UTF8', false),
    ('default_transaction_read_only', 'off', false),
    ('role', 'none', false),
    ('row_security', 'on', false),
    ('session_replication_role', 'origin', false),
    ('standard_conforming_strings', 'on', false),
    ('transform_null_equals', 'off', false)
),

stored as (
    select
        split_part(c.entry, '=', 1) as name,
        substr(c.entry, strpos(c.entry, '=') + 1) as value,
        s.setrole <> 0 as of_role,
        case
            when s.setrole <> 0 then 'for the role'
            when s.setdatabase <> 0 then 'for the database'
            else 'for all roles'
        end as place,
        case
            when s.setrole <> 0 then '-- run: rowlock migrate'
            when s.setdatabase <> 0
                then format('alter database %I reset %I;', d.datname, split_part(c.entry, '=', 1))
            else format('alter role all reset %I;', split_part(c.entry, '=', 1))
        end as remedy
    from pg_db_role_setting as s
    left join pg_database as d on s.setdatabase = d.oid
    cross join unnest(s.setconfig) as c (entry)
    where
        (s.setrole = 0 or s.setrole = to_regrole('rowlock_api'))
        and (s.setdatabase = 0 or d.datname = current_database())
),

-- A setting in DATABASE_URL overrides a stored one. Only a session that connected as rowlock_api
-- shows it. After SET SESSION AUTHORIZATION, and in an auditor's session, the settings are another
-- role's.
opened as (
    select
        w.name,
        -- Converts to the notation used above: 5000 with the unit ms becomes 5s.
        regexp_replace(p.reset_val || coalesce(p.unit, ''), '000ms$', 's') as value,
        w.own,
        lower(w.name) in (
            select lower(s.name) from stored as s
            where s.of_role or not w.own
        ) as is_stored,
        a.usesysid = to_regrole('rowlock_api') as by_the_role
    from wanted as w
    inner join pg_settings as p on lower(w.name) = lower(p.name)
    cross join pg_stat_get_activity(pg_backend_pid()) as a
),

found as (
    select
        name,
        value,
        of_role as decides,
        true as is_stored,
        place,
        remedy
    from stored
    union all
    select
        s.name,
        s.value,
        true,
        false,
        case
            when s.is_stored then 'in DATABASE_URL or PGOPTIONS'
            else 'for the server, in DATABASE_URL or in PGOPTIONS'
        end,
        case
            when s.is_stored
                then
                    '-- take it out of the options in DATABASE_URL and PGOPTIONS; where a pooler '
                    || 'has sessions that are older than what is stored, end them'
            when s.own then '-- run: rowlock migrate'
            else
                '-- correct postgresql.conf (select pg_reload_conf()), or take it out of '
                || 'DATABASE_URL or PGOPTIONS'
        end
    from opened as s
    where s.by_the_role or not (s.own or s.is_stored)
),

wrong as (
    select
        f.*,
        w.value as needed
    from found as f
    left join wanted as w on lower(f.name) = lower(w.name)
    where
        (f.decides or not w.own)
        and case
            when w.value is null then true
            when w.value in ('on', 'off') then f.value::boolean <> w.value::boolean
            when w.name = 'client_encoding'
                then pg_char_to_encoding(f.value) <> pg_char_to_encoding(w.value)
            when w.name = 'DateStyle' then f.value !~* w.value
            else lower(f.value) <> lower(w.value)
        end
)

select
    format('setting %s = %L', f.name, f.value) as object,
    format(
        'is set %s; %s', f.place,
        coalesce('the API needs ' || f.needed, 'Rowlock does not set it')
    ) as detail,
    -- The setting also applies to the session that runs the remedy, so that session allows writes
    -- first.
    case
        when f.name = 'default_transaction_read_only' and f.remedy not like '--%'
            then 'set default_transaction_read_only = off; '
        else ''
    end || f.remedy as remedy
from wrong as f
where
    f.is_stored
    -- If a stored setting is wrong, sessions have the wrong value too: it is reported once.
    or not exists (
        select from wrong as s
        where s.is_stored and lower(s.name) = lower(f.name)
    )
