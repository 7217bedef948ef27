-- title: a function that binds another user for the session
-- finds: identity_setters | public.become(text) | binds app.user_id: whoever calls it speaks for another user
-- no_pgrls: the code of a function

create function public.become(who text) returns text language sql
    as $$ select set_config('app.user_id', who, false) $$;
