-- title: a sequence among the tables
-- finds: tables_rules | app.counted | is a sequence: its numbers tell a user how many rows the others made
-- variant_of: counted

create sequence app.counted;
