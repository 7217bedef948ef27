-- title: row_security = off, stored for the database
-- finds: stored_settings | setting row_security=off | is stored for every role: queries that policies would filter fail
-- finds: settings | setting row_security = 'off' | is set for the database; the API needs on
-- no_pgrls: stored settings

do $$ begin execute format('alter database %I
    set row_security = off', current_database()); end $$;
