-- A connection that no user is bound to is nobody's.
select
    format('setting app.user_id = %L', current_setting('app.user_id', true)) as object,
    'is set for the role or the database, so every connection speaks for that user' as detail,
    format(
        'alter role %I reset "app.user_id"; alter database %I reset "app.user_id"; '
        'alter role %I in database %I reset "app.user_id";',
        current_user, current_database(), current_user, current_database()
    ) as remedy
where nullif(current_setting('app.user_id', true), '') is not null
