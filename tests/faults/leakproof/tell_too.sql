-- title: a new function in schema pg_catalog that is marked LEAKPROOF
-- finds: leakproof | tell_too(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- no_pgrls: functions of the server

create function pg_catalog.tell_too(text) returns boolean language plpgsql leakproof
    as 'begin raise notice ''%'', $1; return true; end';
