-- title: a function with SET app.user_id
-- finds: identity_setters | public.as_alice() | binds app.user_id: its caller acts as another user
-- no_pgrls: the code of a function

create function public.as_alice() returns text language sql set app.user_id = 'alice'
    as 'select app.current_user_id()';
