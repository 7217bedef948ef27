-- title: an event trigger whose function is a member of an extension
-- finds: event_triggers | event trigger hidden_watch | runs public.hidden_watch() at every sql drop, with the rights of the role that caused it
-- no_pgrls: event triggers

-- With `alter extension … add`, its owner can make any object a member.
create function public.hidden_watch() returns event_trigger language plpgsql as 'begin end';
create event trigger hidden_watch on sql_drop execute function public.hidden_watch();
alter extension plpgsql add event trigger hidden_watch;
