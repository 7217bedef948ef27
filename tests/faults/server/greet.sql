-- title: an event trigger at every login
-- since: 17
-- finds: event_triggers | event trigger greet | runs public.greet() at every login, with the rights of the role that caused it
-- no_pgrls: event triggers

create function public.greet() returns event_trigger language plpgsql as 'begin end';
create event trigger greet on login execute function public.greet();
