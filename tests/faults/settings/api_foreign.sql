-- title: a setting stored for the API's role that Rowlock does not set
-- finds: settings | setting work_mem = '5MB' | is set for the role; Rowlock does not set it
-- advice: settings
-- variant_of: read_only

alter role rowlock_api set work_mem = '5MB';
