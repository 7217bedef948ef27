-- title: an exclusion constraint reveals another user's row
-- finds: tables_keys | app.one_each | is a unique key of app.tasks that does not lead with user_id: a violation shows a user another's row
-- variant_of: unique_to_all

alter table app.tasks add constraint one_each exclude (title_key with =);
