-- title: a publication of the schema
-- since: 15
-- finds: publications | publication the_schema | carries schema app, with every user's rows, to whoever subscribes
-- no_pgrls: publications

create publication the_schema for tables in schema app;
