-- title: the API's role owns a table
-- finds: ownership | table {table} | is owned by rowlock_api; an owner can switch row-level security off
-- finds: privileges | {table} | insert of user_id is granted
-- finds: privileges | {table} | maintain is granted | since 17
-- finds: privileges | {table} | references is granted
-- finds: privileges | {table} | references of user_id is granted
-- finds: privileges | {table} | trigger is granted
-- finds: privileges | {table} | truncate is granted
-- finds: privileges | {table} | update of user_id is granted
-- no_pgrls: owners

alter table {table} owner to rowlock_api;
