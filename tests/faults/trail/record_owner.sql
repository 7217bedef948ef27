-- title: a function of the trail that belongs to another role
-- finds: definer_rights | trail.record() | is a SECURITY DEFINER function: it runs with the rights of its owner, not of its caller
-- advice: definer_rights
-- variant_of: recorder_member

alter function trail.record() owner to current_user;
