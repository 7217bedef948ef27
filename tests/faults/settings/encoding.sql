-- title: a database with an encoding other than UTF8
-- finds: encoding | database | its encoding is LATIN1; the API needs UTF8
-- advice: encoding
-- apart: the other faults need a database of UTF8

update pg_database set encoding = pg_char_to_encoding('LATIN1')
    where datname = current_database();
