-- title: a publication of a table
-- finds: publications | publication one | carries every user's rows of {table} to every subscriber
-- no_pgrls: publications

create publication one for table {table};
