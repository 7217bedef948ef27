"""How what our tables call can come to belong to others, and what the rule then finds."""

from tests.guard.cases import TABLE, case

MALLORY = "create role mallory; grant create on schema public to mallory;"
CHECKED = (
    "create function public.f(text) returns text language sql immutable return $1;"
    "alter function public.f(text) owner to mallory;"
)
THEIRS = "is used for users' rows, and belongs to mallory, who can change it"
FUNCTION = ("public.f(pg_catalog.text)", THEIRS)
LESS = (
    "create function public.less(text, text) returns int language sql immutable"
    " return pg_catalog.bttextcmp($1, $2); create operator class public.words for type text"
    " using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,"
    " function 1 public.less(text, text);"
)
PAIR = (
    "create domain public.word as text check (public.f(value) > '');"
    "create type public.pair as (body public.word);"
)
ADDED = "alter extension plpgsql add function public.f(text);"
OWNS_IT = "update pg_extension set extowner = 'mallory'::regrole where extname = 'plpgsql'"
# A function of ours, whose body was parsed.
READS = (
    "create function public.reads() returns boolean language sql begin atomic"
    " select exists (select from public.read); end;"
    "alter table app.probe add check (public.reads())"
)
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
    "composite type": PAIR + "alter table app.probe add body public.pair",
    "array": PAIR + "alter table app.probe add body public.pair[]",
    "range": "create type public.words as range (subtype = text, subtype_opclass = text_ops);"
    "create domain public.word as public.words check (public.f(lower(value)) > '');"
    "alter table app.probe add body public.word",
    "row type": PAIR + "create table public.read (body public.pair);"
    "alter table app.probe add body public.read",
    "statistics": "create statistics app.probed on (public.f(user_id)) from app.probe",
    "view": "create view public.read as select public.f('x') as one;" + READS,
    "materialized view": "create materialized view public.read as select public.f('x') as one;"
    + READS,
    "policy elsewhere": "create table public.read (one text);"
    "create policy p on public.read using (public.f(one) > '');" + READS,
    "default elsewhere": "create table public.read (one text default public.f('x'));" + READS,
}
# What is mallory's without being a function.
RELATIONS = {
    "table": "create table public.read (one int); alter table public.read owner to mallory;",
    "view": "create view public.read as select 1 as one; alter view public.read owner to mallory;",
    "materialized view": "create materialized view public.read as select 1 as one;"
    "alter materialized view public.read owner to mallory;",
    "foreign table": "create foreign data wrapper w; create server s foreign data wrapper w;"
    "create foreign table public.read (one int) server s;"
    "alter foreign table public.read owner to mallory;",
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
    *(
        case("foreign_code", MALLORY + TABLE + made + READS, ("public.read", THEIRS))
        for made in RELATIONS.values()
    ),
    case(
        "foreign_code",
        MALLORY + TABLE + RELATIONS["table"] + "alter table app.probe add body public.read",
        ("public.read", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + TABLE + "create sequence public.count; alter sequence public.count owner to"
        " mallory; alter table app.probe add n bigint default nextval('public.count')",
        ("public.count", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + TABLE + "create statistics public.probed on user_id, id from app.probe;"
        "alter statistics public.probed owner to mallory",
        ("public.probed", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + TABLE + "create foreign data wrapper w; create server s foreign data wrapper w;"
        "grant usage on foreign data wrapper w to mallory; alter server s owner to mallory;"
        "create foreign table public.read (one int) server s;" + READS,
        ("s", THEIRS),
    ),
    case(
        "foreign_code",
        MALLORY + LESS + "alter operator class public.words using btree owner"
        " to mallory; alter operator family public.words using btree owner to mallory;"
        + TABLE
        + "create index on app.probe (user_id public.words)",
        ("public.words USING btree", THEIRS),
        ("public.words USING btree", THEIRS),
    ),
    *(
        case(
            "foreign_code",
            MALLORY
            + LESS
            + "alter function public.less(text, text) owner to mallory;"
            + TABLE
            + way,
            ("public.less(pg_catalog.text,pg_catalog.text)", THEIRS),
        )
        for way in (
            "create index on app.probe (user_id public.words)",
            "alter table app.probe add exclude using btree (user_id public.words with =)",
        )
    ),
    # Whoever owns an extension adds functions to it, and does not hide them so.
    case(
        "foreign_code",
        MALLORY + CHECKED + TABLE + WAYS["check"] + ";" + ADDED + OWNS_IT,
        FUNCTION,
    ),
]

# What others own is not used for users' rows, or came with an extension of a superuser's.
NOT_OURS = {
    "an extension of a superuser's": WAYS["check"] + ";" + ADDED,
    "a view over our table": "create view public.read as select user_id from app.probe;"
    "alter view public.read owner to mallory",
    "a rule over our table": "create table public.read (one text);"
    "alter table public.read owner to mallory; create rule r as on insert to public.read"
    " where exists (select from app.probe where public.f(user_id) > '') do instead nothing",
    "a policy that reads our table": "create table public.read (one text);"
    "alter table public.read owner to mallory; create policy p on public.read"
    " using (exists (select from app.probe where public.f(user_id) > ''))",
    "a foreign key to our table": "create table public.read (u text, i uuid,"
    " foreign key (u, i) references app.probe); alter table public.read owner to mallory",
    "a column of our table's type": "create table public.read (one app.probe);"
    "alter table public.read owner to mallory",
    "a function that reads our table": "create function public.reads() returns bigint language"
    " sql begin atomic select count(*) from app.probe; end; alter function public.reads() owner to"
    " mallory",
}
