-- title: a view of a view of a table in schema rowlock, with a grant of one column
-- finds: outside | app.cards | shows rowlock.cards with its owner's rights, and no check covers its rows
-- variant_of: sums

create table rowlock.cards (digits text);
create view rowlock.all_cards as table rowlock.cards;
create view app.cards as table rowlock.all_cards;
grant select (digits) on app.cards to rowlock_api;
