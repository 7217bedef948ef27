-- PUBLIC and the API's role have no user mapping to a foreign server.
select
    format('user mapping on server %I', m.srvname) as object,
    format('lets %s access that server with stored credentials', who.name) as detail,
    format('drop user mapping for %s server %I;', who.name, m.srvname) as remedy
from pg_user_mappings as m
cross join
    lateral (
        select case m.umuser when 0 then 'public' else m.umuser::regrole::text end as name
    ) as who
where m.umuser in (0, to_regrole('rowlock_api'))
