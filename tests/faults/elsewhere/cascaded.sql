-- title: a cascading foreign key to a table outside schema app
-- finds: foreign_keys | {name}_user_id_id_fkey on {table} | changes users' rows when rows of public.members change
-- pgrls: SEC001 public.members

create table public.members (user_id text, id uuid, primary key (user_id, id));
alter table {table} add foreign key (user_id, id) references public.members on delete cascade;
