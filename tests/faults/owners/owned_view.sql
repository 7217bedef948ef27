-- title: the API's role owns a view
-- finds: ownership | table rowlock.live_policies | is owned by rowlock_api; an owner can switch row-level security off
-- variant_of: owned

alter view rowlock.live_policies owner to rowlock_api;
