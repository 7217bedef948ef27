-- title: a login role that can copy the whole server
-- finds: replication_roles | copier | can log in and has REPLICATION: it may copy every row of every database
-- no_pgrls: attributes of roles

create role copier login replication;
