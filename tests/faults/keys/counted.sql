-- title: an identity column, whose numbers count every user's rows
-- finds: tables_rules | number of {table} | is an identity column: its numbers show a user how many rows others made
-- no_pgrls: identity columns

alter table {table} add column number int generated always as identity;
