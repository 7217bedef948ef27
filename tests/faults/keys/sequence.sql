-- title: a sequence in schema app
-- finds: tables_rules | app.counted | is a sequence: its numbers show a user how many rows others made
-- variant_of: counted

create sequence app.counted;
