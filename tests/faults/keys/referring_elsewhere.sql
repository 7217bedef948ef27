-- title: a foreign key to a table outside schema app
-- finds: tables_keys | {name}_colour_fkey on {table} | is a foreign key that does not lead with user_id: it shows a user another's row
-- variant_of: referring
-- mutant: a trespassing key
-- caught_by: tables_keys
-- needs: insert

create table rowlock.colours (id integer primary key);
alter table {table} add column colour integer references rowlock.colours;
