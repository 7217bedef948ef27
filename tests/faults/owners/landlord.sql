-- title: another role owns the database
-- finds: owners | database {database} | is owned by landlord, which can store settings for every session, and drop it
-- no_pgrls: owners

create role landlord;
do $$ begin execute format('alter database %I owner to landlord', current_database()); end $$;
