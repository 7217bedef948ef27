-- title: a login role that can read every row through another role
-- each: {inherit} = inherit | noinherit
-- each: {role} {reach} = pg_read_all_data needs no grant on any table, though policies apply to it
-- each: {role} {reach} = pg_write_all_data needs no grant on any table, though policies apply to it
-- each: {role} {reach} = rowlock_api can be bound to any user
-- finds: reachable_roles | clerk | can act as {role}, which {reach}
-- variant_of: analyst

create role clerk login {inherit};
create role desk;
grant desk to clerk;
grant {role} to desk;
