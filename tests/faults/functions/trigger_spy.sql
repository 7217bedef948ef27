-- title: a SECURITY DEFINER trigger function
-- finds: definer_rights | app.spy() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- pgrls: SEC013 {table}.spy
-- pgrls: SEC014 app.spy
-- mutant: around the policies
-- caught_by: definer_rights, drift

create function app.spy() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as 'begin return new; end';
revoke execute on function app.spy() from public;
create trigger spy before insert on {table} for each row execute function app.spy();
