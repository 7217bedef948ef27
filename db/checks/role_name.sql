-- The API connects as rowlock_api, the role that policies, grants and these checks name.
select
    connected.role::text as object,
    'is the role of DATABASE_URL, but only rowlock_api is held to the policies' as detail,
    '-- set DATABASE_URL to the URL of rowlock_api' as remedy
from unnest(array[session_user, current_user]) as connected (role)
where connected.role <> 'rowlock_api'
group by connected.role
