-- title: a function of the trail that belongs to another role
-- finds: definer_rights | trail.record() | is a function with SECURITY DEFINER: it does what its owner may, not what its caller may
-- advice: definer_rights
-- variant_of: recorder_member

alter function trail.record() owner to current_user;
