-- The API connects as rowlock_api, the role that policies and grants name.
select
    current_user::text as object,
    'the policies are written for rowlock_api and give this role nothing' as detail,
    '-- set DATABASE_URL to the URL of rowlock_api' as remedy
where current_user <> 'rowlock_api'
