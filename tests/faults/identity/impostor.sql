-- title: an identity function that another role owns
-- finds: foreign_code | app.current_user_id() | is used for users' rows, and belongs to impostor, who can change it
-- finds: identity_function | app.current_user_id() | is called by policies and owned by impostor, who can replace it
-- no_pgrls: the owner of a function

create role impostor;
alter function app.current_user_id() owner to impostor;
