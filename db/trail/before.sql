-- before: closes schema trail, and lends its roles to the role that migrates.
--
-- app.events holds the history of users' rows; db/policies/events.sql has its policies. Schema
-- trail holds the partitions of app.events, the last event of each user (trail.heads), the last
-- event of each user that retention dropped (trail.anchors), and the functions of this folder.

select
    rowlock.reclaim('schema', 'trail', nspowner),
    rowlock.revoke_all('schema trail', nspacl, nspowner)
from pg_namespace
where nspname = 'trail';

-- Only a member of a role may replace a function of that role or give it one, and the role needs
-- CREATE in the schema. after.sql revokes both. A superuser needs no membership.
do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        grant rowlock_recorder, rowlock_retention to current_user;
    end if;
    grant create on schema trail to rowlock_recorder, rowlock_retention;
end
$$;

select rowlock.close(oid)
from pg_class
where relnamespace = 'trail'::regnamespace and relkind in ('r', 'p');
