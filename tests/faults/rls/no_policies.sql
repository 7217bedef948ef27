-- title: a table without policies
-- finds: tables_policies | app.forgotten | has no policy: nobody can use it
-- finds: drift | forgotten.sql | no file of db/policies describes this table
-- advice: drift, tables_policies
-- pgrls: SEC009 app.forgotten

create table app.forgotten (user_id text not null default app.current_user_id()
    check (user_id <> ''), id uuid, primary key (user_id, id));
alter table app.forgotten enable row level security, force row level security;
