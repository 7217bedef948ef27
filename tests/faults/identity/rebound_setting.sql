-- title: a trigger that is bound to a user
-- finds: identity_setters | rebind on app.tasks | runs app.rebind(), which binds app.user_id
-- variant_of: rebound

create function app.rebind() returns trigger language plpgsql set app.user_id = alice as 'begin
    return new; end';
revoke execute on function app.rebind() from public;
create trigger rebind before insert on app.tasks for each row execute function app.rebind();
