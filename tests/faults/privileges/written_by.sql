-- title: the API's role may write user_id, by a single privilege
-- each: {privilege} {grantee} = insert rowlock_api | insert public | update public
-- each: {privilege} {grantee} = references rowlock_api | references public
-- finds: privileges | {table} | {privilege} of user_id is granted
-- variant_of: written

grant {privilege} (user_id) on {table} to {grantee};
