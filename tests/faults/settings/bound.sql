-- title: a user id stored with a role
-- finds: stored_settings | setting app.user_id=alice | is stored for bound: every connection is bound to that user
-- no_pgrls: stored settings

create role bound;
alter role bound set app.user_id = 'alice';
