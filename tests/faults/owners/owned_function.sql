-- title: the API's role owns the identity function
-- finds: ownership | function app.current_user_id() | is owned by rowlock_api; an owner can switch row-level security off
-- finds: foreign_code | app.current_user_id() | is used for users' rows, and belongs to rowlock_api, who can change it
-- finds: identity_function | app.current_user_id() | is called by policies and owned by rowlock_api, who can replace it
-- variant_of: owned

alter function app.current_user_id() owner to rowlock_api;
