-- title: an event trigger beside a disabled one
-- finds: event_triggers | event trigger watch | runs public.watch() at every ddl command end, with the rights of the role that caused it
-- variant_of: watch

create function public.watch() returns event_trigger language plpgsql as 'begin end';
create event trigger watch on ddl_command_end execute function public.watch();
create event trigger silent on sql_drop execute function public.watch();
alter event trigger silent disable;
