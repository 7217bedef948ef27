-- title: a search path, stored for the database
-- finds: stored_settings | setting search_path=public | is stored for every role: names may find objects that another role created
-- no_pgrls: stored settings

do $$ begin execute format('alter database %I
    set search_path = public', current_database()); end $$;
