"""How what our tables call can come to belong to others, and what the rule then finds."""

from tests.guard.cases import TABLE, case

MALLORY = "create role mallory; grant create on schema public to mallory;"
CHECKED = (
    "create function public.f(text) returns text language sql immutable return $1;"
    "alter function public.f(text) owner to mallory;"
)
THEIRS = "is called for users' rows, and belongs to mallory, who can change it"
FUNCTION = ("public.f(pg_catalog.text)", THEIRS)
WAYS = {
    "check": "alter table app.probe add check (public.f(user_id) is not null)",
    "default": "alter table app.probe add body text default public.f('x')",
    "generated": "alter table app.probe"
    " add body text generated always as (public.f(user_id)) stored",
    "index": "create index on app.probe (user_id, public.f(user_id))",
    "partial index": "create index on app.probe (user_id) where public.f(user_id) > ''",
    "policy": "create policy p on app.probe using (public.f(user_id) > '')",
    # Through a function of ours, whose body was parsed.
    "a step further": "create function public.g(text) returns text language sql immutable"
    " return public.f($1); alter table app.probe add check (public.g(user_id) is not null)",
}

# The remedy is SQL: run as printed, it leaves nothing to find.
MENDED_BY_SQL = [
    *(case("foreign_code", MALLORY + CHECKED + TABLE + way, FUNCTION) for way in WAYS.values()),
    case(
        "foreign_code",
        MALLORY + TABLE + "create function public.t() returns trigger language plpgsql"
        " as 'begin return new; end'; alter function public.t() owner to mallory;"
        "create trigger t before insert on app.probe for each row execute function public.t()",
        ("public.t()", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + CHECKED + "create domain public.word as text check (public.f(value) > '');"
        "alter domain public.word owner to mallory;" + TABLE + "alter table app.probe"
        " add body public.word",
        FUNCTION,
        ("public.word", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + "create function public.less(text, text) returns int language sql immutable"
        " return pg_catalog.bttextcmp($1, $2); create operator class public.words for type text"
        " using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,"
        " function 1 public.less(text, text); alter operator class public.words using btree owner"
        " to mallory; alter operator family public.words using btree owner to mallory;"
        + TABLE
        + "create index on app.probe (user_id public.words)",
        ("public.words USING btree", THEIRS),
        ("public.words USING btree", THEIRS),
    ),
]
