-- title: a publication of schema trail
-- since: 15
-- finds: publications | publication the_trail | carries schema trail, with every user's rows, to every subscriber
-- no_pgrls: publications

create publication the_trail for tables in schema trail;
