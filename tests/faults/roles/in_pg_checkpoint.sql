-- title: a login role that can force checkpoints, through pg_checkpoint
-- since: 15
-- finds: reachable_roles | in_pg_checkpoint | can act as pg_checkpoint, which has rights over the whole server
-- no_pgrls: membership of roles

create role in_pg_checkpoint login;
grant pg_checkpoint to in_pg_checkpoint;
