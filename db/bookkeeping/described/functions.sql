-- described_functions: the functions of our schemas, and the file that describes each.
create or replace view rowlock.described_functions as
with of_app (proname, file) as (
    values
    ('current_user_id', 'identity.sql'), ('new_id', 'columns.sql'), ('touch', 'columns.sql')
)

select
    p.oid,
    p.proname,
    p.proowner,
    p.proacl,
    p.prokind,
    s.nspname,
    coalesce(f.file, s.file) as file
from rowlock.described_schemas as s
inner join pg_proc as p on s.oid = p.pronamespace
left join of_app as f on s.nspname = 'app' and p.proname = f.proname
where s.nspname <> 'app' or f.file is not null
union all
-- The other functions of schema app belong to triggers: the file of the trigger's table describes
-- them.
select
    p.oid,
    p.proname,
    p.proowner,
    p.proacl,
    p.prokind,
    'app',
    t.file
from rowlock.described_tables as t
inner join pg_trigger as g on t.oid = g.tgrelid
inner join pg_proc as p on g.tgfoid = p.oid
where
    not g.tgisinternal
    and p.pronamespace = to_regnamespace('app')
    and p.proname not in (select f.proname from of_app as f);
comment on view rowlock.described_functions is
'The functions of the schemas of Rowlock, each with the file that describes it.';
