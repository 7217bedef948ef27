-- title: a view in schema app, of a view outside it
-- finds: outside | app.sums | shows ledger.entries with its owner's rights, and no check covers its rows
-- no_pgrls: a schema that is left out of its configuration

create schema ledger;
create table ledger.entries (amount int);
create view ledger.sums as select sum(amount) as sum from ledger.entries;
create view app.sums as table ledger.sums;
grant select on app.sums to rowlock_api;
