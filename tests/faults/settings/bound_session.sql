-- title: a user id that is set before the first request
-- finds: unbound | setting app.user_id = 'alice' | is set before any request, so every connection is bound to that user
-- advice: unbound
-- variant_of: bound

select set_config('app.user_id', 'alice', true);
