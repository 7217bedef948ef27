-- title: a server that logs all statements
-- finds: logged_words | log_statement | is all: what users write is logged, inside the SQL
-- advice: logged_words
-- no_pgrls: settings of the server

set local log_statement = 'all';
