"""One call of trail.attach() attaches a table to the trail, or raises an error with the reason."""

import pytest
from psycopg2 import errors

from tests.trail.conftest import Database

NOTES = """
create table app.probe (
    user_id text not null default app.current_user_id(),
    id uuid not null default app.new_id(),
    body text not null default '',
    secret text not null default '',
    primary key (user_id, id)
);
"""
ATTACH = "select trail.attach({}::regclass, leave_out => {}::text[])"
ATTACH_PROBE = ATTACH.format("'app.probe'", "'{secret}'")
TRIGGERS = """
select pg_get_triggerdef(oid), tgenabled from pg_trigger
where tgrelid = 'app.probe'::regclass and not tgisinternal
"""
RECORDED = (
    (
        "CREATE TRIGGER probe_record AFTER INSERT OR DELETE OR UPDATE ON app.probe"
        " FOR EACH ROW EXECUTE FUNCTION trail.record('secret')"
    ),
    "O",
)
WRITE = """
insert into app.probe (user_id, body, secret) values ('alice', 'one', 'x');
update app.probe set body = 'two', secret = 'y';
delete from app.probe
"""


@pytest.fixture
def notes(own: Database) -> Database:
    """A database with one more table, which is not attached."""
    own.run(NOTES)
    return own


def test_attached_table_is_recorded(notes: Database) -> None:
    """Each change after the call is an event, without the columns in leave_out."""
    notes.run(WRITE)
    assert notes.run("select count(*) from app.events") == [(0,)]

    notes.run(ATTACH_PROBE)
    notes.run(WRITE)

    assert notes.run(
        "select action, table_name, changes from app.events where user_id = 'alice'"
        " order by position"
    ) == [
        ("create", "probe", {"body": "one"}),
        ("update", "probe", {"body": {"old": "one", "new": "two"}}),
        ("delete", "probe", {"body": "two"}),
    ]
    assert notes.verify() == [("alice", 3, None, None)]


def test_every_column_is_recorded_by_default(notes: Database) -> None:
    """Without leave_out, all columns are recorded except user_id and id.

    The event has those two in other columns.
    """
    notes.run("select trail.attach('app.probe')")
    notes.run("insert into app.probe (user_id, body, secret) values ('alice', 'one', 'x')")

    assert notes.run("select changes from app.events") == [({"body": "one", "secret": "x"},)]


@pytest.mark.parametrize(
    "before",
    [
        ATTACH_PROBE,
        ATTACH.format("'app.probe'", "'{body}'"),
        ATTACH_PROBE + "; alter table app.probe disable trigger probe_record",
    ],
)
def test_call_is_repeatable(notes: Database, before: str) -> None:
    """After a second call there is one trigger, enabled and with the second call's arguments."""
    notes.run(before)

    notes.run(ATTACH_PROBE)

    assert notes.run(TRIGGERS) == [RECORDED]


def test_hostile_names_are_quoted(own: Database) -> None:
    """A table and a column with quotes in their names can be attached."""
    own.run(
        'create table app."my ""notes\'" ('
        'user_id text not null, id int not null, "it\'s" text, body text)'
    )

    own.run("""select trail.attach('app."my ""notes''"', leave_out => array['it''s'])""")
    own.run("""insert into app."my ""notes'" values ('alice', 1, 'x', 'one')""")

    assert own.run("select table_name, changes from app.events") == [
        ("my \"notes'", {"body": "one"})
    ]


@pytest.mark.parametrize(
    ("change", "target", "leave_out", "reason"),
    [
        ("create view app.v as table app.probe", "app.v", "{}", "app.v is not a table"),
        ("create table public.p ()", "public.p", "{}", "public.p is not in schema app"),
        (
            (
                "create table app.p (like app.probe) partition by hash (user_id);"
                "create table app.p_0 partition of app.p for values with (modulus 1, remainder 0)"
            ),
            "app.p_0",
            "{}",
            "app.p_0 is a partition: attach its partitioned table",
        ),
        (
            "alter table app.probe drop column user_id",
            "app.probe",
            "{}",
            "app.probe has no column user_id",
        ),
        ("alter table app.probe drop column id", "app.probe", "{}", "app.probe has no column id"),
        ("", "app.events", "{}", "app.events has no column id"),
        (
            "alter table app.probe drop constraint probe_pkey, alter user_id drop not null",
            "app.probe",
            "{}",
            "column user_id of app.probe may be null",
        ),
        (
            "alter table app.probe drop constraint probe_pkey, alter id drop not null",
            "app.probe",
            "{}",
            "column id of app.probe may be null",
        ),
        ("", "app.probe", "{secret,sekret}", "app.probe has no column sekret to leave out"),
        ("", "app.probe", "{NULL}", "app.probe has no column NULL to leave out"),
        (
            "alter table app.probe drop column secret",
            "app.probe",
            "{secret}",
            "app.probe has no column secret to leave out",
        ),
    ],
)
def test_refusal_is_a_sentence(
    notes: Database, change: str, target: str, leave_out: str, reason: str
) -> None:
    """For a table that cannot be recorded, the error gives the reason, and no trigger is made."""
    notes.run(change or "select")

    with pytest.raises(errors.InvalidParameterValue) as caught:
        notes.run(ATTACH.format(f"'{target}'", f"'{leave_out}'"))

    assert caught.value.diag.message_primary == f"the trail cannot record {target}: {reason}"
    assert notes.run(TRIGGERS) == []


@pytest.mark.parametrize("role", ["rowlock_api", "rowlock_auditor", "rowlock_recorder"])
def test_only_the_owner_may_attach(notes: Database, role: str) -> None:
    """Rowlock's roles may not call trail.attach(); the owner may."""
    with pytest.raises(errors.InsufficientPrivilege):
        notes.run(f"set local role {role}; {ATTACH_PROBE}")

    notes.run(ATTACH_PROBE)
    assert notes.run(TRIGGERS) == [RECORDED]
