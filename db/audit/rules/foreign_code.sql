-- Defaults, constraints, indexes, triggers and policies of our tables use only code of the owner.
with recursive trusted (oid) as (
    -- The bootstrap superuser (oid 10) owns the catalogue, even if it is no longer a superuser.
    select r.oid
    from pg_roles as r
    where r.rolsuper or r.oid = 10
    union
    select n.nspowner from pg_namespace as n
    where n.nspname = 'app'
    union
    -- Since Postgres 16, a role that is not a superuser becomes a member of the roles that it
    -- creates.
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

-- Follows pg_depend from each table to its parts and to every object that these use, over any
-- number of steps. This includes row types, their tables, and views.
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
            and d.refclassid not in ('pg_namespace'::regclass, 'pg_extension'::regclass)
            and (
                d.refclassid <> 'pg_class'::regclass
                or d.refobjid not in (select t.objid from tables as t)
            )
        union all
        -- An object that is dropped together with another is a part of it. Views and foreign keys
        -- of other tables only refer to our tables and are not parts.
        select
            d.classid,
            d.objid
        from pg_depend as d
        where
            d.refclassid = r.classid
            and d.refobjid = r.objid
            and d.deptype in ('a', 'i', 'P', 'S')
            and case r.classid
                when 'pg_class'::regclass
                    then
                        d.classid in (
                            'pg_attrdef'::regclass, 'pg_constraint'::regclass,
                            'pg_policy'::regclass, 'pg_rewrite'::regclass,
                            'pg_statistic_ext'::regclass, 'pg_trigger'::regclass
                        )
                        or exists (
                            select from pg_class as i
                            where
                                d.classid = 'pg_class'::regclass
                                and d.objid = i.oid
                                and i.relkind in ('i', 'I')
                        )
                -- The index of a constraint.
                when 'pg_constraint'::regclass then d.classid = 'pg_class'::regclass
                -- The columns of a composite type, and the constraints of a domain.
                when 'pg_type'::regclass
                    then d.classid in ('pg_class'::regclass, 'pg_constraint'::regclass)
                else d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass)
            end
            and r.classid in (
                'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_opclass'::regclass,
                'pg_opfamily'::regclass, 'pg_type'::regclass
            )
    ) as next
)

select
    i.identity as object,
    format('is used for users'' rows, and belongs to %s, who can change it', s.refobjid::regrole)
        as detail,
    format(
        'alter %s %s owner to current_user;',
        case i.type
            when 'statistics object' then 'statistics'
            when 'foreign-data wrapper' then 'foreign data wrapper'
            else i.type
        end,
        i.identity
    ) as remedy
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
    -- The check ownership covers the tables themselves.
    and (r.classid, r.objid) not in (
        select
            t.classid,
            t.objid
        from tables as t
    )
