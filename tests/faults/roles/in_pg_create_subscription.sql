-- title: a login role that can subscribe to another server, through pg_create_subscription
-- since: 16
-- finds: reachable_roles | in_pg_create_subscription | can act as pg_create_subscription, which lets another server write rows
-- no_pgrls: membership of roles

create role in_pg_create_subscription login;
grant pg_create_subscription to in_pg_create_subscription;
