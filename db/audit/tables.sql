-- tables: every table of users, and whether row-level security covers it.
create view audit.tables as
with policies as (
    select
        polrelid,
        count(*) filter (where polpermissive and polcmd in ('r', '*')) as for_select,
        count(*) filter (where polpermissive and polcmd in ('a', '*')) as for_insert,
        count(*) filter (where polpermissive and polcmd in ('w', '*')) as for_update,
        count(*) filter (where polpermissive and polcmd in ('d', '*')) as for_delete,
        count(*) filter (where not polpermissive) as restrictive
    from pg_policy
    group by polrelid
),

keys as (
    select
        i.indrelid,
        bool_or(i.indisprimary) as has_primary_key,
        bool_and(i.indkey[0] = u.attnum)
        filter (where i.indisunique or i.indisexclusion) as all_lead,
        bool_or(i.indkey[0] = u.attnum and i.indisvalid and i.indpred is null) as index_leads
    from pg_index as i
    left join pg_attribute as u on i.indrelid = u.attrelid and u.attname = 'user_id'
    group by i.indrelid
),

foreign_keys as (
    select
        k.conrelid,
        bool_and(k.conkey[1] = u.attnum) as all_lead
    from pg_constraint as k
    left join pg_attribute as u on k.conrelid = u.attrelid and u.attname = 'user_id'
    where k.contype = 'f'
    group by k.conrelid
)

select
    n.nspname as schema_name,
    c.relname as table_name,
    r.rolname as owner,
    c.relrowsecurity as row_security,
    c.relforcerowsecurity as forced,
    coalesce(p.for_select, 0) as select_policies,
    coalesce(p.for_insert, 0) as insert_policies,
    coalesce(p.for_update, 0) as update_policies,
    coalesce(p.for_delete, 0) as delete_policies,
    coalesce(p.restrictive, 0) as restrictive_policies,
    coalesce(k.has_primary_key and k.all_lead and coalesce(f.all_lead, true), false)
        as leads_with_user_id,
    coalesce(k.index_leads, false) as index_leads_with_user_id
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
inner join pg_roles as r on c.relowner = r.oid
left join policies as p on c.oid = p.polrelid
left join keys as k on c.oid = k.indrelid
left join foreign_keys as f on c.oid = f.conrelid
where
    c.relkind in ('r', 'p', 'f')
    and c.oid >= 16384 -- objects that initdb created have a smaller oid
    and n.nspname not in ('rowlock', 'audit')
    and c.relpersistence <> 't';

comment on view audit.tables is
'Every table, and whether row-level security covers it, except in schemas rowlock and audit.';
comment on column audit.tables.schema_name is 'The table''s schema.';
comment on column audit.tables.table_name is 'The table, partition or foreign table.';
comment on column audit.tables.owner is
'The role that may change the table, and disable row-level security.';
comment on column audit.tables.row_security is 'Whether row-level security is enabled.';
comment on column audit.tables.forced is 'Whether it holds for the owner as well.';
comment on column audit.tables.select_policies is 'How many permissive policies apply to SELECT.';
comment on column audit.tables.insert_policies is 'How many permissive policies apply to INSERT.';
comment on column audit.tables.update_policies is 'How many permissive policies apply to UPDATE.';
comment on column audit.tables.delete_policies is 'How many permissive policies apply to DELETE.';
comment on column audit.tables.restrictive_policies is
'The number of restrictive policies, which limit rows and permit none.';
comment on column audit.tables.leads_with_user_id is
'Whether it has a primary key, and every unique, exclusion and foreign key leads with user_id.';
comment on column audit.tables.index_leads_with_user_id is
'Whether an index leads with user_id, so that a policy does not need to read the whole table.';
