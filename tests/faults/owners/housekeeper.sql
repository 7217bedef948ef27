-- title: another role owns schema public
-- finds: owners | schema public | is owned by housekeeper, which can drop and replace the objects of others there
-- no_pgrls: owners

create role housekeeper;
alter schema public owner to housekeeper;
