-- policies: every policy as SQL, whom it is for, and the file that installed it.
create view audit.policies as
select
    n.nspname as schema_name,
    c.relname as table_name,
    p.polname as policy,
    case p.polcmd
        when 'r' then 'select'
        when 'a' then 'insert'
        when 'w' then 'update'
        when 'd' then 'delete'
        else 'all'
    end as command,
    p.polpermissive as permissive,
    case
        when p.polroles = array[0::oid] then array['public']
        else
            array(
                select r.rolname::text
                from pg_roles as r
                where r.oid = any(p.polroles)
                order by r.rolname
            )
    end as roles,
    e.using_expression,
    e.check_expression,
    i.file,
    i.sha256,
    i.installed_at,
    i.installed_by
from pg_policy as p
inner join audit.expressions() as e on p.oid = e.policy
inner join pg_class as c on p.polrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
left join rowlock.installed_policies as i
    on
        i.file
        = case n.nspname when 'app' then c.relname || '.sql' when 'trail' then 'trail/*.sql' end;

comment on view audit.policies is
'Every policy as SQL, its roles, and the file that installed it.';
comment on column audit.policies.schema_name is 'The schema of the policy''s table.';
comment on column audit.policies.table_name is 'The policy''s table.';
comment on column audit.policies.policy is 'The policy''s name.';
comment on column audit.policies.command is
'select, insert, update or delete; all: each of the four.';
comment on column audit.policies.permissive is
'Whether it permits rows; a restrictive policy limits the rows that others permit.';
comment on column audit.policies.roles is 'The roles it is for; public: everyone.';
comment on column audit.policies.using_expression is 'Which rows the command finds.';
comment on column audit.policies.check_expression is
'Which rows may be written; NULL: the condition of using_expression.';
comment on column audit.policies.file is
'The file in db/policies of the table; NULL: none. audit.drift says whether it is in force.';
comment on column audit.policies.sha256 is 'The hash of the file''s text when it was installed.';
comment on column audit.policies.installed_at is 'When the file was installed.';
comment on column audit.policies.installed_by is 'The role that installed it.';
