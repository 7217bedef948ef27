-- policy_facts: every policy.
create or replace view rowlock.policy_facts as
select
    t.file,
    concat_ws(
        ' ', t.name, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[],
        'using', pg_get_expr(p.polqual, p.polrelid),
        'with check', pg_get_expr(p.polwithcheck, p.polrelid)
    ) as fact
from pg_policy as p
inner join rowlock.described_tables as t on p.polrelid = t.oid;
comment on view rowlock.policy_facts is
'Every policy, with its command, its roles and both expressions.';
