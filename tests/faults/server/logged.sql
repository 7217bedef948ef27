-- title: a server that logs users' data by another setting
-- each: {setting} {value} = log_statement mod
-- each: {setting} {value} = log_statement all
-- each: {setting} {value} = log_min_duration_statement 0
-- each: {setting} {value} = log_min_duration_sample 250
-- each: {setting} {value} = debug_print_parse on
-- each: {setting} {value} = debug_print_rewritten on
-- each: {setting} {value} = debug_print_plan on
-- finds: logged_words | {setting} | is {value}: what users write is logged, inside the SQL
-- advice: logged_words
-- variant_of: log_statement

set local {setting} = '{value}';
