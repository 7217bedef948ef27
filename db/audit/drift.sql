-- drift: each policy file as it was installed, and whether the catalogue still matches it.
create view audit.drift as
select
    coalesce(i.file, l.file) as file,
    i.sha256,
    i.installed_at,
    i.installed_by,
    (i.fingerprint is distinct from l.fingerprint) as drifted
from rowlock.installed_policies as i
full join audit.fingerprints() as l on i.file = l.file;

comment on view audit.drift is
'Each policy file as it was installed, and whether the catalogue still matches it.';
comment on column audit.drift.file is
'The file in db/policies; audit/*.sql: the files of schema audit.';
comment on column audit.drift.sha256 is
'The hash of the file''s text when it was installed; NULL: a table without a policy file.';
comment on column audit.drift.installed_at is 'When it was installed.';
comment on column audit.drift.installed_by is 'The role that installed it.';
comment on column audit.drift.drifted is
'Whether the catalogue differs from what the file installed. If so, run: rowlock migrate';
