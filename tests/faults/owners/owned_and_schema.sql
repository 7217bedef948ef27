-- title: the API's role owns a table and creates others
-- finds: outside | schema app | lets rowlock_api create objects in it
-- finds: ownership | table {table} | is owned by rowlock_api; an owner can switch row-level security off
-- finds: privileges | {table} | insert of user_id is granted
-- finds: privileges | {table} | maintain is granted | since 17
-- finds: privileges | {table} | references is granted
-- finds: privileges | {table} | references of user_id is granted
-- finds: privileges | {table} | trigger is granted
-- finds: privileges | {table} | truncate is granted
-- finds: privileges | {table} | update of user_id is granted
-- variant_of: owned
-- mutant: a role with more rights
-- caught_by: drift, matrix, outside, ownership, privileges
-- needs: update

grant rowlock_api to current_user;
grant create on schema app to rowlock_api;
alter table {table} owner to rowlock_api;
