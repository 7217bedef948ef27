-- title: a function that sets another user id for the session
-- finds: identity_setters | public.become(text) | binds app.user_id: its caller acts as another user
-- no_pgrls: the code of a function

create function public.become(who text) returns text language sql
    as $$ select set_config('app.user_id', who, false) $$;
