-- title: an identity function that accepts the empty user id
-- finds: drift | identity.sql | the catalogue differs from what this file installed
-- advice: drift
-- variant_of: new_id
-- mutant: a wrong identity
-- caught_by: drift, matrix

create or replace function app.current_user_id() returns text language sql stable parallel safe
    return current_setting('app.user_id', true);
