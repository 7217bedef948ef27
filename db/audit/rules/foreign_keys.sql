-- No foreign key connects users' rows to a table of another schema: policies do not apply to it.
-- level: warning
with ties as (
    select
        k.conname,
        k.conrelid,
        k.confrelid,
        c.relnamespace in (to_regnamespace('app'), to_regnamespace('trail')) as referring,
        f.relnamespace in (to_regnamespace('app'), to_regnamespace('trail')) as referred,
        'a' <> k.confdeltype or 'a' <> k.confupdtype as acts
    from pg_constraint as k
    inner join pg_class as c on k.conrelid = c.oid
    inner join pg_class as f on k.confrelid = f.oid
    -- The foreign key of a partition can only be dropped with its parent's.
    where k.contype = 'f' and k.conparentid = 0
)

select
    format('%I on %s', t.conname, t.conrelid::regclass) as object,
    case
        when t.referring
            then format('changes users'' rows when rows of %s change', t.confrelid::regclass)
        else format('shows a writer of %s which users'' rows exist', t.conrelid::regclass)
    end as detail,
    format('alter table %s drop constraint %I;', t.conrelid::regclass, t.conname) as remedy
from ties as t
where (t.referring and not t.referred and t.acts) or (t.referred and not t.referring)
