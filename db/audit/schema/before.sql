-- Schema audit is dropped and created again when it differs from its files.
do $$
begin
    if
        to_regnamespace('audit') is not null
        and (
            not exists (select from rowlock.installed_policies where file = 'audit/*.sql')
            or exists (
                select from pg_class
                where
                    relnamespace = to_regnamespace('audit')
                    and relkind in ('r', 'p', 'm', 'f', 'S')
            )
        )
    then
        raise exception 'schema audit has objects that Rowlock did not create, and would be dropped: rename it, or move them to another schema';
    end if;
end
$$;
drop schema if exists audit cascade;

create schema audit;
comment on schema audit is
'Views for a DBA, readable by members of rowlock_auditor: \dv+ audit.*';
