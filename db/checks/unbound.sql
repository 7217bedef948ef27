-- A connection without a bound user has no identity.
with places (remedy) as (
    select
        case
            when s.setrole = 0 and s.setdatabase = 0 then 'alter role all'
            when s.setrole = 0 then format('alter database %I', current_database())
            when s.setdatabase = 0 then format('alter role %s', s.setrole::regrole)
            else format('alter role %s in database %I', s.setrole::regrole, current_database())
        end || ' reset "app.user_id";'
    from pg_db_role_setting as s
    left join pg_database as d on s.setdatabase = d.oid
    where
        array_to_string(s.setconfig, E'\n') ~ '(^|\n)app\.user_id='
        and (s.setrole = 0 or s.setrole = to_regrole(quote_ident(current_user)))
        and (s.setdatabase = 0 or d.datname = current_database())
)

select
    format('setting app.user_id = %L', current_setting('app.user_id', true)) as object,
    'is set before any request, so every connection is bound to that user' as detail,
    coalesce(
        (select string_agg(remedy, ' ') from places),
        '-- take app.user_id out of DATABASE_URL, PGOPTIONS or postgresql.conf'
    ) as remedy
where nullif(current_setting('app.user_id', true), '') is not null
