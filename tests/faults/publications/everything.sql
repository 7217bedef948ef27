-- title: a publication of all tables
-- finds: publications | publication everything | carries every table, with every user's rows, to every subscriber
-- no_pgrls: publications

create publication everything for all tables;
