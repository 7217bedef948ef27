-- title: a publication of schema app
-- since: 15
-- finds: publications | publication the_schema | carries schema app, with every user's rows, to every subscriber
-- no_pgrls: publications

create publication the_schema for tables in schema app;
