-- title: a unique key in which user_id comes last
-- finds: tables_keys | {table}_serial_number_user_id_key | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- variant_of: unique_to_all
-- mutant: a trespassing key
-- caught_by: tables_keys
-- needs: insert

alter table {table} add column serial_number integer, add unique (serial_number, user_id);
