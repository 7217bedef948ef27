-- title: a search path stored for the API's role
-- finds: stored_settings | setting search_path=public | is stored for rowlock_api: names may find objects that another role created
-- finds: settings | setting search_path = 'public' | is set for the role; the API needs pg_catalog
-- advice: settings
-- no_pgrls: stored settings

alter role rowlock_api set search_path = public;
