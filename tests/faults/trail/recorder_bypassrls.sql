-- title: a role of the trail with BYPASSRLS
-- finds: definer_rights | trail.record() | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- advice: definer_rights
-- variant_of: recorder_member

alter role rowlock_recorder bypassrls;
