-- title: a setting stored for the API's role
-- each: {setting} {value} {needed} = standard_conforming_strings off on
-- each: {setting} {value} {needed} = client_encoding latin1 UTF8
-- each: {setting} {value} {needed} = transform_null_equals on off
-- each: {setting} {value} {needed} = DateStyle german ISO
-- each: {setting} {value} {needed} = statement_timeout 0 5s
-- finds: settings | setting {setting} = '{value}' | is set for the role; the API needs {needed}
-- advice: settings
-- variant_of: read_only

alter role rowlock_api set {setting} = {value};
