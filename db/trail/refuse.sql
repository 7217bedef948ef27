-- refuse: the trigger function that refuses to change or delete rows of the trail.
--
-- No policy applies to a superuser or a role with BYPASSRLS, but triggers do. Such a role can
-- disable triggers; trail.verify() then finds the changes.
create or replace function trail.refuse() returns trigger
language plpgsql
as $$
begin
    raise exception
        'the trail is append-only: % cannot % %', current_user, lower(tg_op), tg_table_name
        using errcode = 'object_not_in_prerequisite_state';
end
$$;

comment on function trail.refuse() is 'The trigger that keeps the trail as it was written.';
