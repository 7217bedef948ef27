-- title: a publication of a child table
-- finds: publications | publication leak | carries every user's rows of public.child to every subscriber
-- finds: inheritance | public.child | holds rows of app.tasks, and policies do not cover it by itself
-- variant_of: published

create table public.child () inherits (app.tasks);
create publication leak for table only public.child;
