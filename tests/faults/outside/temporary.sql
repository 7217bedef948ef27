-- title: users' sessions may create temporary tables
-- finds: outside | database {database} | lets rowlock_api create temporary tables in it
-- no_pgrls: privileges

do $$ begin execute format('grant temporary on database %I
    to public', current_database()); end $$;
