-- Policies, grants and roles are what db/policies installed.
select
    coalesce(installed.file, live.file) as object,
    case
        when installed.file is null then 'no file of db/policies describes this table'
        else 'the catalogue differs from what this file installed'
    end as detail,
    case
        when installed.file is null
            then '-- write its policy file (docs/tutorial/add-a-table.md), or drop the table'
        else '-- run: rowlock migrate'
    end as remedy
from rowlock.installed_policies as installed
full join rowlock.live_policies as live using (file)
where installed.fingerprint is distinct from live.fingerprint
