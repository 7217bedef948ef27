-- This is a function because pg_parameter_acl does not exist in Postgres 14, where a view could not
-- name it.
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
