-- title: a function for new ids that was replaced
-- finds: drift | columns.sql | the catalogue differs from what this file installed
-- advice: drift
-- no_pgrls: the code of a function

create or replace function app.new_id() returns uuid language sql volatile
    return '00000000-0000-0000-0000-000000000000'::uuid;
