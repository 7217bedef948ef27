-- title: a login role that can become a superuser
-- finds: reachable_roles | clerk | can act as root, which is a superuser
-- no_pgrls: membership of roles

create role root superuser;
create role admin noinherit;
grant root to admin;
create role clerk login noinherit;
grant admin to clerk;
