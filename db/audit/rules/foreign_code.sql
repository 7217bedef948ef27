-- What defaults, constraints, indexes, triggers and policies of our tables call belongs to ours.
with recursive trusted (oid) as (
    -- The bootstrap superuser stays owner of the catalogue, whatever becomes of its attributes.
    select r.oid
    from pg_roles as r
    where r.rolsuper or r.oid = 10
    union
    select n.nspowner from pg_namespace as n
    where n.nspname = 'app'
    union
    -- Whoever makes a role without superuser rights becomes a member of it, from Postgres 16 on.
    select r.oid
    from pg_roles as r
    where
        r.rolname in ('rowlock_recorder', 'rowlock_retention')
        and not exists (
            select from pg_auth_members as m
            inner join pg_roles as member on m.member = member.oid
            where
                m.roleid = r.oid
                and not member.rolsuper
                and m.member not in (
                    select n.nspowner from pg_namespace as n
                    where n.nspname = 'app'
                )
        )
),

tables (classid, objid) as (
    select
        'pg_class'::regclass::oid,
        c.oid
    from pg_class as c
    where
        c.relnamespace in (
            to_regnamespace('app'), to_regnamespace('trail'), to_regnamespace('rowlock')
        )
        and c.relkind in ('r', 'p')
),

-- From a table to what is part of it, and from there to whatever it names, over any number of
-- steps. A domain's constraints are part of the domain.
reached (classid, objid) as (
    select
        t.classid,
        t.objid
    from tables as t
    union
    select
        next.classid,
        next.objid
    from reached as r
    cross join lateral (
        select
            d.refclassid as classid,
            d.refobjid as objid
        from pg_depend as d
        where
            d.classid = r.classid
            and d.objid = r.objid
            and d.refclassid not in (
                'pg_class'::regclass, 'pg_namespace'::regclass, 'pg_extension'::regclass
            )
        union all
        select
            d.classid,
            d.objid
        from pg_depend as d
        where
            d.refclassid = r.classid
            and d.refobjid = r.objid
            and (
                (
                    (r.classid, r.objid) in (select
                        t.classid,
                        t.objid
                    from tables as t)
                    and (
                        d.classid in (
                            'pg_attrdef'::regclass, 'pg_constraint'::regclass,
                            'pg_trigger'::regclass, 'pg_policy'::regclass
                        )
                        or exists (
                            select from pg_class as i
                            where
                                d.classid = 'pg_class'::regclass
                                and d.objid = i.oid
                                and i.relkind in ('i', 'I')
                        )
                    )
                )
                or (
                    r.classid = 'pg_type'::regclass and d.classid = 'pg_constraint'::regclass
                )
            )
    ) as next
)

select
    i.identity as object,
    format('is called for users'' rows, and belongs to %s, who can change it', s.refobjid::regrole)
        as detail,
    format('alter %s %s owner to current_user;', i.type, i.identity) as remedy
from reached as r
inner join pg_shdepend as s
    on
        r.classid = s.classid
        and r.objid = s.objid
        and s.deptype = 'o'
        and s.dbid = (
            select d.oid from pg_database as d
            where d.datname = current_database()
        )
cross join lateral pg_identify_object(r.classid, r.objid, 0) as i
where
    s.refobjid not in (select t.oid from trusted as t)
    and not exists (
        select from pg_depend as d
        inner join pg_extension as e on d.refobjid = e.oid
        where
            d.classid = r.classid
            and d.objid = r.objid
            and d.deptype = 'e'
            and e.extowner in (select t.oid from trusted as t)
    )
    -- Of the tables themselves, ownership speaks.
    and r.classid <> 'pg_class'::regclass
