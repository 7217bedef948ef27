-- title: a login role that can become a role with BYPASSRLS
-- finds: reachable_roles | dba | can act as lord, which has BYPASSRLS
-- variant_of: becomes_superuser

create role dba login;
create role lord bypassrls;
grant lord to dba;
