-- memos: a user reads and writes only their own memos.

create table app.memos (
    user_id text not null default app.current_user_id(),
    id uuid not null default app.new_id(),
    title text not null,
    body text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    constraint memos_pkey primary key (user_id, id),
    constraint memos_user_id_check check (user_id <> '')
);
create index memos_created_idx on app.memos (user_id, created_at, id);
create index memos_title_idx on app.memos (user_id, title, id);
alter table app.memos enable row level security;
alter table app.memos force row level security;

create policy memos_select_own on app.memos
    for select to rowlock_api
    using (user_id = app.current_user_id());

create policy memos_insert_own on app.memos
    for insert to rowlock_api
    with check (user_id = app.current_user_id());

create policy memos_update_own on app.memos
    for update to rowlock_api
    using (user_id = app.current_user_id())
    with check (user_id = app.current_user_id());

create policy memos_delete_own on app.memos
    for delete to rowlock_api
    using (user_id = app.current_user_id());

grant select on app.memos to rowlock_api;
-- NOTE: user_id is in no column list below. Its default is the caller, and it never changes.
grant insert (id, title, body), update (title, body), delete on app.memos to rowlock_api;

create trigger memos_touch before update on app.memos
for each row execute function app.touch();

select trail.attach('app.memos');
