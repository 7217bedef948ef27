"""Changes, and the reach that audit.access then shows for a role and SELECT."""

from dataclasses import dataclass

OWN = "user_id = app.current_user_id()"
ROWS = """
delete from app.tasks;
insert into app.tasks (user_id, title) values ('alice', 'hers'), ('bob', 'his');
grant usage on schema app to public;
grant execute on function app.current_user_id() to public;
"""
READER = "create role reader; grant select on app.tasks to reader;"
POLICY = "create policy {0} on app.tasks {1} for select to {2} using ({3});"
SELECT = "alter policy tasks_select_own on app.tasks using ({});"
REACHES = ("none", "own", "all")


@dataclass(frozen=True)
class Reach:
    """A change, and the columns `reach` and `through` of the role in audit.access after it."""

    name: str
    change: str
    role: str
    reach: str
    through: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


API = ("granted to rowlock_api",)
CASES = [
    Reach("as installed", "", "rowlock_api", "own", API),
    Reach("nothing granted", "create role reader", "reader", "none"),
    Reach("granted, without a policy", READER, "reader", "none"),
    Reach(
        "granted, with a policy of one's own",
        READER + POLICY.format("more", "", "reader", OWN),
        "reader",
        "own",
        ("granted to reader",),
    ),
    Reach(
        "granted, with a policy for everything",
        READER + POLICY.format("more", "", "reader", "true"),
        "reader",
        "all",
        ("granted to reader",),
    ),
    Reach(
        "a policy for everyone",
        POLICY.format("more", "", "public", "true"),
        "rowlock_api",
        "all",
        API,
    ),
    Reach(
        "a restrictive policy holds back a wide one",
        POLICY.format("more", "", "rowlock_api", "true")
        + POLICY.format("less", "as restrictive", "public", OWN),
        "rowlock_api",
        "own",
        API,
    ),
    Reach(
        "a restrictive policy for somebody else",
        "create role other;"
        + POLICY.format("more", "", "rowlock_api", "true")
        + POLICY.format("less", "as restrictive", "other", OWN),
        "rowlock_api",
        "all",
        API,
    ),
    Reach(
        "a further condition", SELECT.format(f"{OWN} and not completed"), "rowlock_api", "own", API
    ),
    *(
        Reach(f"not recognised: {wider}", SELECT.format(wider), "rowlock_api", "all", API)
        for wider in (
            f"{OWN} or not completed",
            f"({OWN} and completed) or not completed",
            "user_id is not distinct from app.current_user_id()",
            "user_id = coalesce(app.current_user_id(), 'alice')",
            f"not ({OWN})",
            f"({OWN}) is not false",
        )
    ),
    Reach(
        "switched off",
        "alter table app.tasks disable row level security",
        "rowlock_api",
        "all",
        API,
    ),
    Reach(
        "everyone is granted",
        "create role reader; grant select on app.tasks to public;"
        + POLICY.format("more", "", "public", OWN),
        "reader",
        "own",
        ("granted to everyone",),
    ),
    Reach(
        "a superuser",
        "create role reader superuser",
        "reader",
        "all",
        ("superuser",),
    ),
    Reach("BYPASSRLS, nothing granted", "create role reader bypassrls", "reader", "none"),
    Reach(
        "BYPASSRLS, granted",
        READER + "alter role reader bypassrls",
        "reader",
        "all",
        ("granted to reader, BYPASSRLS",),
    ),
    Reach(
        "the owner",
        "create role reader; alter table app.tasks owner to reader;"
        "alter table app.tasks no force row level security",
        "reader",
        "all",
        ("owned by reader",),
    ),
    Reach(
        "a member",
        "create role reader; grant rowlock_api to reader",
        "reader",
        "own",
        ("as rowlock_api: granted to rowlock_api", "granted to rowlock_api"),
    ),
    Reach(
        "a member of a member, who inherits nothing",
        "create role middle noinherit; grant rowlock_api to middle;"
        "create role reader noinherit; grant middle to reader",
        "reader",
        "own",
        ("as rowlock_api: granted to rowlock_api",),
    ),
    Reach(
        "a member of BYPASSRLS, which nobody inherits",
        READER + "create role lord bypassrls; grant select on app.tasks to lord;"
        "grant lord to reader",
        "reader",
        "all",
        ("as lord: granted to lord, BYPASSRLS",),
    ),
    Reach(
        "a member of pg_read_all_data",
        "create role reader; grant pg_read_all_data to reader",
        "reader",
        "none",
    ),
    Reach(
        "a member of pg_read_all_data, with BYPASSRLS",
        "create role reader bypassrls; grant pg_read_all_data to reader",
        "reader",
        "all",
        ("granted to pg_read_all_data, BYPASSRLS",),
    ),
]
