-- Postgres 14 grants no parameter, and has no table that a view could read.
create function audit.parameter_grants()
returns table (parameter text, acl aclitem[])
language plpgsql stable
set search_path = pg_catalog
as $$
begin
    if to_regclass('pg_parameter_acl') is not null then
        return query execute 'select parname, paracl from pg_parameter_acl';
    end if;
end
$$;
comment on function audit.parameter_grants() is
'Who may set which superuser parameter by a grant; none before Postgres 15.';
