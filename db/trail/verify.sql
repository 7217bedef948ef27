-- verify: for each user, the number of events and the first event that does not fit the chain.
--
-- The auditor may call it. It returns positions, and nothing that users wrote. A generic plan would
-- read the rows of all users to find those of one, so plan_cache_mode makes a plan for each
-- argument. The same applies to trail.heads_now().
create or replace function trail.verify(only_user text default null)
returns table (user_id text, events bigint, place bigint, problem text)
language plpgsql stable security definer
set search_path = pg_catalog
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
    return query
    with chains as (
        select c.* from trail.chains(only_user) as c
    ),

    counts as (
        select coalesce(e.user_id, '') as user_id, count(*) as events
        from app.events as e
        where e.user_id = only_user collate "default" or only_user is null
        group by coalesce(e.user_id, '')
    ),

    firsts as (
        select distinct on (p.user_id) p.*
        from (
            select l.* from trail.broken_links(only_user) as l
            union all
            select a.* from trail.broken_anchors(only_user) as a
            union all
            select c.user_id, c.place, c.problem from chains as c where c.problem is not null
        ) as p
        order by p.user_id, p.place
    )

    -- If the primary key was dropped, a table may hold several rows of one user.
    select distinct c.user_id, coalesce(n.events, 0), f.place, f.problem
    from chains as c
    left join counts as n on c.user_id = n.user_id
    left join firsts as f on c.user_id = f.user_id;
end
$$;

comment on function trail.verify(text) is
'The first event of each user that does not fit its chain, and how many events were read.';
