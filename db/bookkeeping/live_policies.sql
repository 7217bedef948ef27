-- live_policies: one fingerprint for each file, of all facts in the catalogue that it describes.
--
-- db/install.py stores the fingerprint in installed_policies when it applies the file. A difference
-- between the two is drift.
create or replace view rowlock.live_policies as
with facts as (
    select * from rowlock.role_facts
    union
    select * from rowlock.database_facts
    union
    select * from rowlock.grant_facts
    union
    select * from rowlock.owner_facts
    union
    select * from rowlock.table_facts
    union
    select * from rowlock.policy_facts
    union
    select * from rowlock.trigger_facts
    union
    select * from rowlock.function_facts
    union
    select * from rowlock.view_facts
)

select
    file,
    encode(
        sha256(convert_to(string_agg(fact, E'\n' order by fact collate "C"), 'UTF8')), 'hex'
    ) as fingerprint
from facts
group by file;
comment on view rowlock.live_policies is
'One fingerprint for each policy file, of what the catalogue says now. It differs from the one in '
'rowlock.installed_policies where the catalogue was changed after the file was applied: drift.';

-- live_policies reads the other views with the rights of its owner, who must own them too.
select rowlock.reclaim('view', oid::regclass::text, relowner)
from pg_class
where relnamespace = 'rowlock'::regnamespace and relkind = 'v';
