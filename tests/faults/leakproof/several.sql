-- title: several functions of Postgres that were marked LEAKPROOF
-- finds: leakproof | regclass(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- finds: leakproof | textlike(text,text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- finds: leakproof | upper(text) | is LEAKPROOF: the planner may call it on rows that a policy hides
-- variant_of: textlike

-- The grant writes a new row version of a function that was leakproof from the start.
alter function pg_catalog.textlike(text, text) leakproof;
alter function pg_catalog.upper(text) leakproof;
alter function pg_catalog.regclass(text) leakproof;
grant execute on function pg_catalog.md5(text), pg_catalog.float8(int), textlike(text, text),
    pg_catalog.int4eq(int, int), pg_catalog.regclass(text) to public;
