-- title: a user_id that may be empty
-- finds: tables_user_id | {table} | user_id may be empty
-- no_pgrls: defaults and checks of columns
-- mutant: a wrong identity
-- caught_by: tables_user_id
-- needs: insert

alter table {table} drop constraint {user_id_check};
