-- title: a publication
-- finds: publications | publication one | carries every user's rows of {table} to whoever subscribes
-- no_pgrls: publications

create publication one for table {table};
