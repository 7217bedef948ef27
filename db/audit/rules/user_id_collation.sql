-- Two users' ids are equal only if they are the same text.
select
    c.oid::regclass::text as object,
    format(
        'user_id has the collation %s, under which different ids can be equal',
        l.oid::regcollation
    ) as detail,
    -- The type of a column cannot be altered while a policy names the column.
    format(
        'select rowlock.close(%L); alter table %s alter column user_id type text'
        ' collate pg_catalog."default"; -- then run: rowlock migrate',
        c.oid::regclass, c.oid::regclass
    ) as remedy
from pg_class as c
inner join pg_attribute as a on c.oid = a.attrelid and a.attname = 'user_id'
inner join pg_collation as l on a.attcollation = l.oid
where
    c.relnamespace = to_regnamespace('app')
    and c.relkind in ('r', 'p')
    and not l.collisdeterministic
