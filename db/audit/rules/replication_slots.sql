-- There is no logical replication slot: policies do not apply to decoded changes.
-- level: warning
select
    format('replication slot %s', quote_ident(s.slot_name)) as object,
    format('lets each role that may replicate read every change of every row, by %s', s.plugin)
        as detail,
    format('select pg_drop_replication_slot(%L);', s.slot_name) as remedy
from pg_replication_slots as s
where s.slot_type = 'logical' and s.database = current_database()
