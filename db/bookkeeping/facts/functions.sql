-- function_facts: the definition of every function.
--
-- Functions of schema rowlock are left out, because each migration replaces them.
create or replace view rowlock.function_facts as
select
    file,
    pg_get_functiondef(oid) as fact
from rowlock.described_functions
-- An aggregate has no definition that Postgres could print.
where nspname <> 'rowlock' and prokind <> 'a';
comment on view rowlock.function_facts is
'The definition of every function, except of schema rowlock.';
