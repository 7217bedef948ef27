-- title: a policy outside schema app that is not limited to the caller
-- each: {using} = true
-- each: {using} = user_id = user_id
-- each: {using} = user_id = 'alice'
-- each: {using} = 'alice' = user_id
-- each: {using} = user_id = current_user or body is null
-- each: {using} = user_id is not null
-- each: {using} = body = current_user
-- each: {using} = not (user_id = current_user)
-- each: {using} = not (current_user = user_id)
-- finds: rows_elsewhere | public.notes | shows rows of every user to reader: its policies do not select only the caller's rows
-- variant_of: letters

create role reader;
create table public.notes (user_id text, body text);
alter table public.notes enable row level security;
create policy p on public.notes for select using ({using});
grant select on public.notes to reader;
