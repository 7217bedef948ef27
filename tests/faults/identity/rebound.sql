-- title: a trigger that sets another user id
-- finds: identity_setters | rebind on {table} | runs app.rebind(), which binds app.user_id
-- pgrls: SEC013 {table}.rebind

create function app.rebind() returns trigger language plpgsql as $$ begin
    execute format('set app.user_id = %L', 'alice'); return new; end $$;
revoke execute on function app.rebind() from public;
create trigger rebind before insert on {table} for each row execute function app.rebind();
