-- title: a function of Postgres that was marked LEAKPROOF
-- finds: leakproof | textlike(text,text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- no_pgrls: functions of the server

alter function pg_catalog.textlike(text, text) leakproof;
