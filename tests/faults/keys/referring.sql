-- title: a foreign key reveals another user's row
-- finds: tables_keys | app.referred | is a unique key of {table} that does not lead with user_id: a violation shows a user another's row
-- finds: tables_keys | {name}_id_fkey on {table} | is a foreign key that does not lead with user_id: it shows a user another's row
-- no_pgrls: foreign keys inside a table

create unique index referred on {table} (id);
alter table {table} add foreign key (id) references {table} (id);
