-- title: a function marked LEAKPROOF that is a member of an extension
-- finds: leakproof | public.tell_all(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- pgrls: SEC017 public.tell_all

create function public.tell_all(text) returns boolean language plpgsql leakproof
    as 'begin raise notice ''%'', $1; return true; end';
alter extension plpgsql add function public.tell_all(text);
