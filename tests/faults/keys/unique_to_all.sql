-- title: a unique key reveals another user's row
-- finds: tables_keys | {table}_serial_number_key | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- pgrls: SEC035 {table} ({name}_serial_number_key)
-- mutant: a trespassing key
-- caught_by: tables_keys
-- needs: insert

alter table {table} add column serial_number integer unique;
