-- title: an identity function that is SECURITY DEFINER
-- finds: identity_function | app.current_user_id() | is called by policies and runs with its owner's rights
-- finds: definer_rights | app.current_user_id() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- variant_of: volatile

create or replace function app.current_user_id() returns text language sql stable
    security definer return nullif(current_setting('app.user_id', true), '');
