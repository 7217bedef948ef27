-- title: the API's role is a member of a table's owner
-- finds: ownership | table app.tasks | is owned by far; an owner can switch row-level security off
-- finds: role_membership | near | gives the API's role rights that no policy file names
-- also: privileges
-- variant_of: owned

create role far;
create role near;
grant far to near;
grant near to rowlock_api;
alter table app.tasks owner to far;
