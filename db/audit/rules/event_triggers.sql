-- No event trigger runs during a migration, or when the API's role logs in.
-- level: warning
select
    format('event trigger %I', e.evtname) as object,
    format(
        'runs %s at every %s, with the rights of the role that caused it', e.evtfoid::regprocedure,
        replace(e.evtevent::text, '_', ' ')
    ) as detail,
    case
        when x.oid is null then ''
        else format('alter extension %I drop event trigger %I; ', x.extname, e.evtname)
    end
    || format('drop event trigger %I;', e.evtname) as remedy
from pg_event_trigger as e
inner join pg_proc as p on e.evtfoid = p.oid
inner join pg_language as l on p.prolang = l.oid
left join pg_depend as d
    on d.classid = 'pg_event_trigger'::regclass and e.oid = d.objid and d.deptype = 'e'
left join pg_extension as x on d.refobjid = x.oid
where
    e.evtenabled <> 'D'
    -- Event triggers in C that belong to an extension, such as pgaudit's, are trusted like the
    -- extension's library. A function in another language may be any role's, because `alter
    -- extension … add` can make any event trigger a member.
    and not (l.lanname = 'c' and x.oid is not null)
