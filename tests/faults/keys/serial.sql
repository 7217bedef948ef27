-- title: a serial column, whose numbers count every user's rows
-- finds: tables_rules | {table}_number_seq | is a sequence: its numbers show a user how many rows others made
-- variant_of: counted

alter table {table} add column number serial;
