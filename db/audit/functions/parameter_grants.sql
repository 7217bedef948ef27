-- Postgres 14 grants no parameter, and has no table that a view could read.
create function audit.parameter_grants()
returns table (parameter text, grantee oid, privilege text)
language plpgsql stable
set search_path = pg_catalog
as $$
begin
    if to_regclass('pg_parameter_acl') is not null then
        return query execute
            'select p.parname, g.grantee, g.privilege_type'
            ' from pg_parameter_acl as p cross join aclexplode(p.paracl) as g';
    end if;
end
$$;
comment on function audit.parameter_grants() is
'Who may set which parameter that otherwise only a superuser may set; none before Postgres 15.';
