-- title: another role owns the database
-- finds: owners | database {database} | is owned by landlord, which stores settings for every session, and drops it
-- no_pgrls: owners

create role landlord;
do $$ begin execute format('alter database %I owner to landlord', current_database()); end $$;
