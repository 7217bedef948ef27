-- view_facts: the definition of every view of schema audit, and the name of any other relation.
--
-- Views of schema rowlock are left out, because each migration replaces them.
create or replace view rowlock.view_facts as
select
    s.file,
    format('%s %s %s', c.relkind, c.oid::regclass, pg_get_viewdef(c.oid)) as fact
from rowlock.described_schemas as s
inner join pg_class as c on s.oid = c.relnamespace
where s.nspname = 'audit';
comment on view rowlock.view_facts is 'The definition of every view of schema audit.';
