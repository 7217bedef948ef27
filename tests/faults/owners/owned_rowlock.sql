-- title: the API's role owns the schema of the bookkeeping
-- finds: ownership | schema rowlock | is owned by rowlock_api; an owner can switch row-level security off
-- finds: identity_function | app.current_user_id() | is called by policies and owned by {owner}, who can replace it
-- finds: outside | schema rowlock | lets rowlock_api create objects in it
-- variant_of: owned

alter schema rowlock owner to rowlock_api;
