-- title: a policy that differs from its file, and is still limited to the caller
-- finds: drift | tasks.sql | the catalogue differs from what this file installed
-- advice: drift
-- pgrls: PERF003 app.tasks.tasks_select_own

alter policy tasks_select_own on app.tasks
    using (user_id = app.current_user_id() and completed);
