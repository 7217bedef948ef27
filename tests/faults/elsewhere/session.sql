-- title: a column of users' rows outside schema app, which a role may read
-- finds: rows_elsewhere | accounts.session | shows rows of every user to steward: no policy covers it
-- no_pgrls: a schema that is left out of its configuration

create schema accounts;
create table accounts.session ("userId" text, token text);
create role steward;
grant select (token) on accounts.session to steward;
