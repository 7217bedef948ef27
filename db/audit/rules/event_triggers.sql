-- No event trigger runs beside a migration, or when the API's role logs in.
-- level: warning
select
    format('event trigger %I', e.evtname) as object,
    format(
        'runs %s at every %s, as whoever caused it', e.evtfoid::regprocedure,
        replace(e.evtevent::text, '_', ' ')
    ) as detail,
    format('drop event trigger %I;', e.evtname) as remedy
from pg_event_trigger as e
where
    e.evtenabled <> 'D'
    -- An extension's are installed by whoever runs the server, who can do anything.
    and not exists (
        select from pg_depend as d
        where
            d.classid = 'pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e'
    )
