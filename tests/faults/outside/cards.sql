-- title: a view in schema app that shows a table outside it
-- finds: outside | app.cards | shows billing.cards with its owner's rights, and no check covers its rows
-- no_pgrls: a schema that is left out of its configuration

create schema billing;
create table billing.cards (holder text, digits text);
create view app.cards as table billing.cards;
grant select on app.cards to rowlock_api;
