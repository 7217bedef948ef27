-- title: a login role that can become the API's role
-- finds: reachable_roles | developer | can act as rowlock_api, which can be bound to any user
-- no_pgrls: membership of roles

create role developer login;
grant rowlock_api to developer;
