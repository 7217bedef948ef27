-- title: an identity function that is VOLATILE
-- finds: identity_function | app.current_user_id() | is called by policies and volatile: it is evaluated again for every row
-- no_pgrls: the volatility of a function

alter function app.current_user_id() volatile;
