-- title: a function that sets another user id in a different way
-- each: {body} = language sql as $$ select set_config('app.user_id', 'alice', false) $$
-- each: {body} = language sql as $$ select pg_catalog.set_config ( E'app.user_id', 'alice', true) $$
-- each: {body} = language plpgsql as $$ begin execute 'set App.User_Id = alice'; return 1; end $$
-- each: {body} = language plpgsql as $$ begin set local app.user_id = alice; return 1; end $$
-- each: {body} = language sql return set_config('app.user_id', 'alice', false)
-- each: {body} = language sql set app.user_id = alice as 'select app.current_user_id()'
-- finds: identity_setters | public.become() | binds app.user_id: its caller acts as another user
-- variant_of: become

create function public.become() returns text {body};
create function public.mine() returns text language sql return app.current_user_id();
