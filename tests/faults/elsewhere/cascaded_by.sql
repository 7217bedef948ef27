-- title: a foreign key to a table outside schema app that changes users' rows
-- each: {action} = on delete cascade | on update set null
-- finds: foreign_keys | tie on app.tasks | changes users' rows when rows of public.parent change
-- variant_of: cascaded

create table public.parent (user_id text, id uuid, primary key (user_id, id));
alter table app.tasks add constraint tie foreign key (user_id, id)
    references public.parent {action};
