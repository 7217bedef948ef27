-- title: a server that logs parsed statements
-- finds: logged_words | debug_print_plan | is on: what users write is logged, inside the SQL
-- advice: logged_words
-- no_pgrls: settings of the server

set local debug_print_plan = on;
