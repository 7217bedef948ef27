-- title: a foreign key from outside schema app, which no policy limits
-- finds: foreign_keys | {name}_user_id_id_fkey on public.guesses | shows a writer of public.guesses which users' rows exist
-- pgrls: SEC001 public.guesses

create table public.guesses (user_id text, id uuid, foreign key (user_id, id)
    references {table});
