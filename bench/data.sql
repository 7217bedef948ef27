-- The rows that every contender works on, in Rowlock's own table.
-- bench/data.py sets the parameters, and creates the table bench.sizes before it runs this file.

-- Rows are inserted in the order of their creation, as in years of use. So the tasks on one page of
-- a user's list are stored in many pages of the table.
-- The same seed makes the same rows in every run.
select setseed(0.25);

insert into app.tasks (
    user_id, id, title, description, completed, completed_at, created_at, updated_at
)
select
    %(user_id)s || s.number,
    (%(task_id)s || s.number || (100000 + n))::uuid,
    format('u%%s task %%s%%s', s.number, n, repeat(', water the plants', (r.title * 6)::int)),
    case when r.described < 0.5 then repeat('Once a week, with rain water. ', 4) end,
    r.completed < 0.3,
    case when r.completed < 0.3 then r.created_at end,
    r.created_at,
    r.created_at
from bench.sizes as s
cross join generate_series(1, s.tasks) as n
cross join lateral (
    select
        random() + 0 * n as title,
        random() + 0 * n as described,
        random() + 0 * n as completed,
        now() - interval '1 day' - (random() + 0 * n) * interval '2 years' as created_at
) as r
order by r.created_at;

-- The rows that write workloads may change. bench/data.py restores them after each workload.
create table bench.changeable as
select t.user_id, t.id, t.title, t.description, t.completed, t.completed_at, t.updated_at, t.version
from app.tasks as t
inner join bench.sizes as s on t.user_id = %(user_id)s || s.number
cross join generate_series(1, %(reach)s) as n
where s.chosen and t.id = (%(task_id)s || s.number || (100000 + n))::uuid;
alter table bench.changeable add primary key (user_id, id);
