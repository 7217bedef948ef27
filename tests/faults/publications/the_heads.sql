-- title: a publication of a table of the trail
-- finds: publications | publication the_heads | carries every user's rows of trail.heads to every subscriber
-- no_pgrls: publications

create publication the_heads for table trail.heads;
