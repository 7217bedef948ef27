-- title: a user_id without a default
-- finds: tables_user_id | {table} | user_id does not default to the caller
-- no_pgrls: defaults and checks of columns
-- mutant: a wrong identity
-- caught_by: matrix, tables_user_id
-- needs: insert

alter table {table} alter user_id drop default;
