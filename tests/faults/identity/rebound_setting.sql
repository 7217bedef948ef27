-- title: a trigger function with SET app.user_id
-- finds: identity_setters | rebind on app.tasks | runs app.rebind(), which binds app.user_id
-- variant_of: rebound

create function app.rebind() returns trigger language plpgsql set app.user_id = alice as 'begin
    return new; end';
revoke execute on function app.rebind() from public;
create trigger rebind before insert on app.tasks for each row execute function app.rebind();
