-- findings: what is wrong, and the SQL that corrects it.
create view audit.findings as
select
    rule,
    level,
    object,
    detail,
    remedy
from audit.run_rules();

comment on view audit.findings is
'What is wrong, and the SQL that corrects it; no row: nothing. Rules: db/checks, db/audit/rules.';
comment on column audit.findings.rule is 'The rule that found it: the name of its file.';
comment on column audit.findings.level is
'error: users are not isolated, or may not be. warning: something that an operator decides.';
comment on column audit.findings.object is 'What it is wrong with, quoted as SQL needs it.';
comment on column audit.findings.detail is 'What is wrong.';
comment on column audit.findings.remedy is
'The SQL that corrects it, or a comment that says what to do.';
