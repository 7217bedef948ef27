"""500 tables with policies and grants, in an uncommitted transaction of the owner."""

MANY_TABLES = """
create role clerk;
do $do$
begin
    for i in 1..500 loop
        execute format($$
            create table app.t%1$s (
                user_id text not null default app.current_user_id() check (user_id <> ''),
                id uuid not null default app.new_id(), a text, b text, c text,
                primary key (user_id, id)
            );
            alter table app.t%1$s enable row level security, force row level security;
            create policy t%1$s_select_own on app.t%1$s
                for select to rowlock_api using (user_id = app.current_user_id());
            create policy t%1$s_insert_own on app.t%1$s
                for insert to rowlock_api with check (user_id = app.current_user_id());
            create policy t%1$s_update_own on app.t%1$s
                for update to rowlock_api using (user_id = app.current_user_id())
                with check (user_id = app.current_user_id());
            create policy t%1$s_delete_own on app.t%1$s
                for delete to rowlock_api using (user_id = app.current_user_id());
            grant select (user_id, id, a, b, c), insert (id, a, b, c), update (a, b, c), delete
                on app.t%1$s to rowlock_api;
            grant select on app.t%1$s to clerk
        $$, i);
    end loop;
end
$do$;
"""
