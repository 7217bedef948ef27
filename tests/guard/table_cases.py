"""How the checks on tables, views and functions can fail, where the remedy is SQL."""

from tests.guard.cases import TABLE, case

FOREIGN = """
create foreign data wrapper hollow;
create server nowhere foreign data wrapper hollow;
create foreign table app.far (user_id text) server nowhere;
"""
READS_AROUND = "reads users' rows with its owner's rights, around the caller's policies"
RUNS_AROUND = (
    "is a function with SECURITY DEFINER: it does what its owner may, not what its caller may"
)
TELLS = "tells a user about another's row"

TABLES = [
    case(
        "tables_rls",
        "alter table app.tasks disable row level security",
        ("app.tasks", "row-level security is disabled"),
    ),
    case(
        "tables_rls",
        "alter table app.tasks no force row level security",
        ("app.tasks", "row-level security is not forced: the owner sees every row"),
    ),
    case("tables_rls", TABLE, ("app.probe", "row-level security is disabled")),
    case(
        "tables_rls",
        "create materialized view app.copy as select * from app.tasks",
        (
            "app.copy",
            "is a foreign table or a materialised view, which row-level security cannot cover",
        ),
    ),
    case(
        "tables_rls",
        FOREIGN,
        (
            "app.far",
            "is a foreign table or a materialised view, which row-level security cannot cover",
        ),
    ),
    case("tables_user_id", "create table app.probe ()", ("app.probe", "has no column user_id")),
    case(
        "tables_user_id",
        "create table app.probe (user_id varchar not null default app.current_user_id()"
        " check (user_id::text <> ''))",
        ("app.probe", "user_id is not text"),
        ("app.probe", "user_id may be empty"),
    ),
    case(
        "tables_user_id",
        TABLE + "alter table app.probe drop constraint probe_pkey, alter user_id drop not null",
        ("app.probe", "user_id may be null"),
    ),
    case(
        "tables_user_id",
        "alter table app.tasks alter user_id set default 'alice'",
        ("app.tasks", "user_id does not default to the caller"),
    ),
    case(
        "tables_user_id",
        "alter table app.tasks drop constraint tasks_user_id_check",
        ("app.tasks", "user_id may be empty"),
    ),
    case(
        "tables_keys",
        TABLE + "alter table app.probe drop constraint probe_pkey; create index on app.probe"
        " (user_id)",
        ("app.probe", "has no primary key"),
    ),
    case(
        "tables_keys",
        TABLE + "alter table app.probe drop constraint probe_pkey, add primary key (id, user_id)",
        (
            "app.probe_pkey",
            f"is a unique key of app.probe that does not lead with user_id: a violation {TELLS}",
        ),
        ("app.probe", "has no index that leads with user_id: every query reads the whole table"),
    ),
    case(
        "tables_keys",
        "alter table app.tasks add constraint one_title unique (title)",
        (
            "app.one_title",
            f"is a unique key of app.tasks that does not lead with user_id: a violation {TELLS}",
        ),
    ),
    case(
        "tables_keys",
        "create unique index one_title on app.tasks (lower(title))",
        (
            "app.one_title",
            f"is a unique key of app.tasks that does not lead with user_id: a violation {TELLS}",
        ),
    ),
    case(
        "tables_keys",
        "create unique index one_id on app.tasks (id);" + TABLE + "alter table app.probe"
        " add constraint task foreign key (id) references app.tasks (id);"
        " alter table app.tasks disable trigger all;",
        (
            "app.one_id",
            f"is a unique key of app.tasks that does not lead with user_id: a violation {TELLS}",
        ),
        (
            "task on app.probe",
            f"is a foreign key that does not lead with user_id: it {TELLS}",
        ),
    ),
    *(
        case(
            "privileges",
            f"grant {privilege} on app.tasks to rowlock_api",
            ("app.tasks", f"{privilege} is granted"),
        )
        for privilege in ("truncate", "trigger")
    ),
    case(
        "privileges",
        "grant references on app.tasks to rowlock_api",
        ("app.tasks", "references is granted"),
        ("app.tasks", "references of user_id is granted"),
    ),
    *(
        case(
            "privileges",
            f"grant {privilege} {columns} on app.tasks to {grantee}",
            ("app.tasks", f"{privilege} of user_id is granted"),
        )
        for privilege in ("insert", "update", "references")
        for columns, grantee in (("(user_id)", "rowlock_api"), ("(user_id)", "public"))
    ),
    case(
        "privileges",
        "grant insert on app.tasks to rowlock_api",
        ("app.tasks", "insert of user_id is granted"),
    ),
    case(
        "privileges",
        "grant select on app.tasks to public",
        ("app.tasks", "select for everyone is granted"),
    ),
    case(
        "privileges",
        "grant truncate on app.tasks to public",
        ("app.tasks", "truncate for everyone is granted"),
        ("app.tasks", "truncate is granted"),
    ),
    case(
        "outside",
        "create table public.copied (title text); grant update (title) on public.copied to public",
        ("public.copied", "can be used, and no check looks at its rows"),
    ),
    case(
        "outside",
        "grant create on schema public to public",
        ("schema public", "lets rowlock_api create objects in it"),
    ),
    case(
        "tables_rules",
        "create rule kept as on delete to app.tasks do instead nothing",
        (
            "kept on app.tasks",
            "is a rule: it can turn a user's command into one that policies do not see",
        ),
    ),
    case(
        "tables_rules",
        "alter table app.tasks disable trigger tasks_touch",
        ("tasks_touch on app.tasks", "is a trigger that does not fire"),
    ),
    case(
        "tables_rules",
        "create sequence app.counted",
        ("app.counted", "is a sequence: its numbers tell a user how many rows the others made"),
    ),
    case(
        "tables_rules",
        "alter table app.tasks add column number int generated always as identity",
        (
            "number of app.tasks",
            "is an identity column: its numbers tell a user how many rows the others made",
        ),
    ),
    case(
        "tables_keys",
        "alter table app.tasks add constraint one_each exclude (title_key with =)",
        (
            "app.one_each",
            (
                "is a unique key of app.tasks that does not lead with user_id: a violation tells "
                "a user about another's row"
            ),
        ),
    ),
    case(
        "definer_rights",
        "create view app.everything as select * from app.tasks;"
        "grant select (title) on app.everything to rowlock_api",
        ("app.everything", READS_AROUND),
    ),
    case(
        "definer_rights",
        "create view public.one as select * from app.tasks;"
        "create view public.two as select * from public.one;"
        "grant select on public.two to rowlock_api",
        ("public.two", READS_AROUND),
    ),
    case(
        "definer_rights",
        "create materialized view public.copy as select * from app.tasks;"
        "grant select on public.copy to public",
        ("public.copy", READS_AROUND),
    ),
    *(
        case(
            "definer_rights",
            f"create function {schema}.peek() returns int language sql security definer return 1",
            (f"{schema}.peek()", RUNS_AROUND),
        )
        for schema in ("app", "public")
    ),
    # What its owner may do is not asked: that may be to execute what belongs to yet another.
    case(
        "definer_rights",
        "create role landlord; grant create on schema public to landlord;"
        "create function public.peek() returns int language sql security definer return 1;"
        "alter function public.peek() owner to landlord",
        ("public.peek()", RUNS_AROUND),
    ),
    case(
        "definer_rights",
        "create view public.chains as table trail.heads; grant select on public.chains to public",
        ("public.chains", READS_AROUND),
    ),
]
