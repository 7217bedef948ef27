-- title: a role of the trail with BYPASSRLS
-- finds: definer_rights | trail.record() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- advice: definer_rights
-- variant_of: recorder_member

alter role rowlock_recorder bypassrls;
