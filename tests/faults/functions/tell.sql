-- title: a function that shows its arguments and is marked LEAKPROOF
-- finds: leakproof | public.tell(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- pgrls: SEC017 public.tell

create function public.tell(text) returns boolean language plpgsql leakproof
    as 'begin raise notice ''%'', $1; return true; end';
