-- before: revokes the privileges on schema trail, and makes the role that migrates a member of the
-- trail's roles.
--
-- app.events holds the history of users' rows; db/policies/events.sql has its policies. Schema
-- trail holds the partitions of app.events, the last event of each user (trail.heads), the last
-- event of each user that retention dropped (trail.anchors), and the functions of this folder.

select
    rowlock.reclaim('schema', 'trail', nspowner),
    rowlock.revoke_all('schema trail', nspacl, nspowner)
from pg_namespace
where nspname = 'trail';

-- Only a member of a role may replace the role's functions or make it the owner of a function, and
-- the role needs CREATE on the schema. after.sql revokes both. A superuser needs no membership.
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
