-- title: an event trigger
-- finds: event_triggers | event trigger watch | runs public.watch() at every ddl command end, with the rights of the role that caused it
-- no_pgrls: event triggers

create function public.watch() returns event_trigger language plpgsql as 'begin end';
create event trigger watch on ddl_command_end execute function public.watch();
