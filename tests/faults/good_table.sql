-- A table without a fault, except that db/policies has no file for it. {table} is such a table.
create table {table} (
    user_id text not null default app.current_user_id() check (user_id <> ''),
    id uuid not null default app.new_id(),
    body text,
    primary key (user_id, id)
);
alter table {table} enable row level security, force row level security;
create policy {select} on {table}
    for select to rowlock_api using (user_id = app.current_user_id());
create policy {insert} on {table}
    for insert to rowlock_api with check (user_id = app.current_user_id());
create policy {update} on {table}
    for update to rowlock_api
    using (user_id = app.current_user_id()) with check (user_id = app.current_user_id());
create policy {delete} on {table}
    for delete to rowlock_api using (user_id = app.current_user_id());
grant select, insert (id, body), update (body), delete on {table} to rowlock_api;
