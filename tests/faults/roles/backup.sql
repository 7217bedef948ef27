-- title: a login role with BYPASSRLS
-- finds: bypass_rls | backup | can log in and has BYPASSRLS: no policy holds for it
-- pgrls: SEC016 backup

create role backup login bypassrls;
