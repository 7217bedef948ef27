-- Every table of schema app has user_id text, not null, not empty, defaulting to the caller.
with tables as (
    select
        c.oid,
        a.attnotnull,
        a.atttypid = 'text'::regtype as is_text,
        pg_get_expr(d.adbin, d.adrelid) as column_default,
        exists(
            select from pg_constraint as k
            where
                k.conrelid = c.oid
                and pg_get_constraintdef(k.oid) = 'CHECK ((user_id <> ''''::text))'
        ) as never_empty
    from pg_class as c
    left join pg_attribute as a on c.oid = a.attrelid and a.attname = 'user_id'
    left join pg_attrdef as d on a.attrelid = d.adrelid and a.attnum = d.adnum
    where c.relnamespace = to_regnamespace('app') and c.relkind in ('r', 'p')
)

select
    tables.oid::regclass::text as object,
    problem.detail,
    format('alter table %s %s;', tables.oid::regclass, problem.change) as remedy
from tables
cross join
    lateral (
        values
        (
            tables.is_text is null,
            'has no column user_id',
            'add column user_id text not null default app.current_user_id() check (user_id <> '''')'
        ),
        (not tables.is_text, 'user_id is not text', 'alter column user_id type text'),
        (not tables.attnotnull, 'user_id may be null', 'alter column user_id set not null'),
        (
            tables.column_default is distinct from 'app.current_user_id()'
            and tables.is_text is not null,
            'user_id does not default to the caller',
            'alter column user_id set default app.current_user_id()'
        ),
        (
            not tables.never_empty and tables.is_text is not null,
            'user_id may be empty',
            'add check (user_id <> '''')'
        )
    ) as problem (present, detail, change)
where problem.present
