-- access: how far each role reaches into each table, by each command.
create view audit.access as
select
    role,
    schema_name,
    table_name,
    command,
    reach,
    columns,
    through
from audit.access_matrix();

comment on view audit.access is
'What each role can do to each table, by command, including the roles that it can become.';
comment on column audit.access.role is
'The role. Predefined roles (pg_…) are listed only if another role is a member.';
comment on column audit.access.schema_name is 'The table''s schema.';
comment on column audit.access.table_name is 'The table.';
comment on column audit.access.command is 'select, insert, update, delete or truncate.';
comment on column audit.access.reach is
'none; own: rows whose user_id is app.current_user_id(); all: every other reach.';
comment on column audit.access.columns is
'The granted columns; NULL: all of them, or none if reach is none.';
comment on column audit.access.through is
'The grants, ownerships and roles that give the access; empty if reach is none.';
