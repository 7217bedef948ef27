-- title: a setting stored for the database
-- each: {setting} {value} {needed} = standard_conforming_strings off on
-- each: {setting} {value} {needed} = client_encoding latin1 UTF8
-- each: {setting} {value} {needed} = transform_null_equals on off
-- each: {setting} {value} {needed} = DateStyle german ISO
-- finds: settings | setting {setting} = '{value}' | is set for the database; the API needs {needed}
-- variant_of: read_only

do $$ begin execute format('alter database %I
    set {setting} = {value}', current_database()); end $$;
