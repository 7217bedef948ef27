-- title: a membership that two roles granted, and that was granted onwards
-- finds: reachable_roles | dba | can act as lord, which has BYPASSRLS
-- finds: reachable_roles | third | can act as lord, which has BYPASSRLS
-- variant_of: becomes_superuser

-- Two roles grant the same membership, which Postgres 16 stores separately; one grants it onwards.
create role dba login;
create role lord bypassrls;
grant lord to dba;
create role steward;
create role third login;
grant lord to steward with admin option;
grant lord to dba with admin option;
set local role steward;
grant lord to dba;
set local role dba;
grant lord to third;
reset role;
