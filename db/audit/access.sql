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
'How far each role reaches into each table, by each command, with every role it can become.';
comment on column audit.access.role is
'The role. Predefined ones (pg_…) are left out unless another role is a member.';
comment on column audit.access.schema_name is 'The table''s schema.';
comment on column audit.access.table_name is 'The table.';
comment on column audit.access.command is 'select, insert, update, delete or truncate.';
comment on column audit.access.reach is
'none; own: rows whose user_id is app.current_user_id(); all: whatever is not known to be less.';
comment on column audit.access.columns is
'The granted columns; NULL: all of them, or none where reach is none.';
comment on column audit.access.through is
'The grants, ownerships and roles that lead there; empty where reach is none.';
