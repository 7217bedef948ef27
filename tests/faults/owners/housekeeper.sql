-- title: another role owns schema public
-- finds: owners | schema public | is owned by housekeeper, which drops and replaces what others keep there
-- no_pgrls: owners

create role housekeeper;
alter schema public owner to housekeeper;
