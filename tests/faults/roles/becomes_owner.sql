-- title: a login role that can become the owner of every table
-- finds: reachable_roles | dba | can act as lord, which owns every table and may switch its policies off
-- finds: identity_function | app.current_user_id() | is called by policies and owned by {owner}, who can replace it
-- variant_of: becomes_superuser

create role dba login noinherit;
create role lord;
create role desk;
grant lord to desk;
grant desk to dba;
alter schema rowlock owner to lord;
