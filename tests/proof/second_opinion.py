"""What pgrls says of each pitfall."""

# Rules with the place, and modes of its proof with the table that is not proven. Pitfalls that it
# does not find are left out.
FOUND: dict[str, tuple[str, ...]] = {
    "row-level security is not enabled": (
        "SEC032 app.never_enabled",
        "SEC049 app.never_enabled",
    ),
    "row-level security is not forced on the owner": ("SEC002 app.not_forced",),
    "a table that no policy speaks for": ("SEC009 app.forgotten",),
    "a policy changed by hand, in a way that still looks right": (
        "PERF003 app.tasks.tasks_select_own",
    ),
    "a policy that is true for every row": (
        "SEC005 app.wide.wide_select_own",
        "SEC008 app.wide.wide_select_own",
        "SEC038 app.wide.wide_select_own",
        "SEC049 app.wide",
        "anon app.wide",
        "cross-tenant app.wide",
    ),
    "a policy for PUBLIC": ("SEC003 app.for_all.for_all_select_own",),
    "any row may be inserted": (
        "SEC005 app.forged.forged_insert_own",
        "SEC028 app.forged.forged_insert_own",
        "write app.forged",
    ),
    "a row may be given away": (
        "SEC020 app.given.given_update_own",
        "write app.given",
    ),
    "or instead of and": (
        "PERF003 app.either.either_select_own",
        "anon app.either",
        "cross-tenant app.either",
    ),
    "an expression turned around": (
        "anon app.turned",
        "cross-tenant app.turned",
    ),
    "nobody equals nobody": (
        "anon app.nobody",
        "cross-tenant app.nobody",
    ),
    "nobody is somebody": (
        "anon app.fallback",
        "cross-tenant app.fallback",
    ),
    "the session's setting, read as it is": ("PERF001 app.setting.setting_select_own",),
    "names that only look alike": (
        "PERF004 app.alike.alike_select_own",
        "anon app.alike",
        "cross-tenant app.alike",
    ),
    "rows shared by a table that users write": (
        "anon app.shared",
        "cross-tenant app.shared",
    ),
    "a second permissive policy widens the first": (
        "SEC005 app.widened.more",
        "SEC008 app.widened.more",
        "SEC038 app.widened.more",
        "SEC049 app.widened",
        "anon app.widened",
        "cross-tenant app.widened",
    ),
    "a row without an owner": ("SEC030 app.ownerless",),
    "a unique key tells of another's row": ("SEC035 app.unique_to_all (unique_to_all_body_key)",),
    "no index for the policy": (
        "PERF003 app.unindexed.unindexed_delete_own",
        "PERF003 app.unindexed.unindexed_insert_own",
        "PERF003 app.unindexed.unindexed_select_own",
        "PERF003 app.unindexed.unindexed_update_own",
    ),
    "the next table is born open": ("SEC044 app",),
    "rows copied to where no policy is": (
        "SEC001 public.copied",
        "SEC049 public.copied",
    ),
    "the API's role is a member of one with BYPASSRLS": (
        "SEC016 api_lord",
        "SEC029 rowlock_api",
        "SEC029 developer",  # another pitfall's, who can become rowlock_api and so goes on to it
    ),
    "a login role with BYPASSRLS": ("SEC016 backup",),
    "a view with its owner's rights": (
        "VIEW001 app.everything",
        "VIEW002 app.everything",
        "reachability app.tasks",
    ),
    "a view of a view, in another schema": (
        "VIEW001 public.inner_view",
        "VIEW001 public.outer_view",
        "VIEW002 public.inner_view",
        "VIEW002 public.outer_view",
    ),
    "a materialised view": ("VIEW003 public.snapshot",),
    "a materialised view among the tables": ("VIEW003 app.stale",),
    "a function with its owner's rights": (
        "SEC014 app.all_tasks",
        "SEC042 app.all_tasks",
        "escalation app.all_tasks",
    ),
    "a function with its owner's rights and its caller's search path": (
        "SEC014 public.lookup",
        "SEC015 public.lookup",
    ),
    "a function with rights that lead to another's": (
        "SEC014 public.count_all",
        "SEC014 public.pass_on",
        "SEC015 public.count_all",
        "SEC015 public.pass_on",
        "escalation public.pass_on",
    ),
    "a view with its caller's rights, and a rule with its owner's": ("VIEW002 app.asked",),
    "a table whose rule writes users' rows": ("SEC001 public.inbox",),
    "a leaky function called leakproof": ("SEC017 public.tell",),
    "a trigger with its owner's rights": (
        "SEC013 app.triggered.spy",
        "SEC014 app.spy",
    ),
    "a child that is read past its parent's policies": ("SEC001 public.child",),
    "a parent that shows what its child's policies hide": ("SEC001 public.ancestor",),
    "a table of users' rows in another schema, with a reader": ("SEC001 public.addresses",),
    "a cascade from another schema": ("SEC001 public.members",),
    "a reference from another schema, which asks no policy": ("SEC001 public.guesses",),
    "a trigger that binds another user": ("SEC013 app.rebound.rebind",),
    "a function with its owner's rights that another login may execute": (
        "SEC014 public.of_names",
        "SEC015 public.of_names",
    ),
    "a function with its owner's rights that looks into schema public": (
        "SEC014 public.in_public",
        "SEC015 public.in_public",
    ),
    "a function with its owner's rights behind a trigger of a table elsewhere": (
        "SEC001 public.elsewhere",
        "SEC014 public.on_elsewhere",
        "SEC015 public.on_elsewhere",
    ),
    "a policy of users' rows in another schema that is true for every row": (
        "SEC002 public.letters",
        "SEC027 public.letters",
        "SEC003 public.letters.letters",
        "SEC005 public.letters.letters",
        "SEC006 public.letters.letters",
        "SEC008 public.letters.letters",
        "SEC038 public.letters.letters",
        "anon public.letters",
        "cross-tenant public.letters",
        "write public.letters",
    ),
    "a table of users' rows in another schema that may be changed unread": (
        "SEC001 public.parcels",
    ),
    "a table of users' rows that belongs to a login": ("SEC001 public.kept_by",),
    "a copy for the API's role that an extension was given": (
        "SEC001 public.adopted_rows",
        "SEC049 public.adopted_rows",
    ),
    "a materialised view that another role was given": ("VIEW003 public.handed",),
    "an aggregate of a function with its owner's rights": (
        "SEC014 public.gathered",
        "SEC015 public.gathered",
    ),
    "an aggregate of such a function that another login may execute": (
        "SEC014 public.collected",
        "SEC015 public.collected",
    ),
    "an operator class of a function with its owner's rights": (
        "SEC014 public.compared",
        "SEC015 public.compared",
    ),
    "a function with its owner's rights that an extension was given": (
        "SEC014 public.adopted",
        "SEC015 public.adopted",
        "SEC042 public.adopted",
        "escalation public.adopted",
    ),
    "a leakproof function that an extension was given": ("SEC017 public.tell_all",),
    "a column of another role's row type": ("SEC001 public.types",),
}


def finders(pitfall: str) -> list[str]:
    """The rules of pgrls that find a pitfall, and the modes in which its proof fails."""
    found = [place.partition(" ")[0] for place in FOUND.get(pitfall, ())]
    return [name if name.isupper() else f"verify {name}" for name in dict.fromkeys(found)]
