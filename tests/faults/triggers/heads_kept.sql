-- title: a disabled trigger of the trail
-- finds: tables_rules | heads_kept on trail.heads | is a trigger that does not fire
-- also: drift
-- no_pgrls: schema trail is left out of its configuration

alter table trail.heads disable trigger heads_kept;
