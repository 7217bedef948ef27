-- title: a function of Postgres that was marked LEAKPROOF, and granted
-- finds: leakproof | regclass(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- no_pgrls: functions of the server

alter function pg_catalog.regclass(text) leakproof;
create role caster;
grant execute on function pg_catalog.regclass(text) to caster;
