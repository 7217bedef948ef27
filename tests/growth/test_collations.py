"""Each function states the collation of its comparisons, because otherwise no index may be used.

Text parameters and variables of a function take the collation of the call's arguments, unless a
collation is stated. A value of type name has the collation "C", also after a cast to text.
"""

import re

import pytest

from tests.support.crowd import SCHEMAS, Crowd

FUNCTIONS = """
select
    p.oid::regprocedure::text,
    pg_get_functiondef(p.oid),
    array(
        select a.name
        from unnest(
            p.proargnames,
            coalesce(p.proallargtypes, p.proargtypes::oid[]),
            p.proargmodes
        ) as a (name, type, mode)
        inner join pg_type as t on a.type = t.oid
        where t.typcollation <> 0 and coalesce(a.mode, 'i') in ('i', 'b', 'v')
    )
from pg_proc as p
where p.pronamespace::regnamespace::text = any(%s) and p.prokind in ('f', 'p')
"""
COMMENT = re.compile(r"--[^\n]*")
VARIABLE = re.compile(
    r"(\w+)\s+(?:constant\s+)?(?:text|varchar|character varying|bpchar|name)\b"
    r"(?!\s+collate)[^;]*;"
)
DECLARED = re.compile(r"\bdeclare\b(.*?)\bbegin\b", re.DOTALL)
COMPARED = (
    r"(?:(?<![:<>=!])=(?!>)|<>|!=|<=|>=|<|(?<!=)>|!?~~?\*?"
    r"|\b(?:like|ilike|distinct\s+from|between)\b|\b(?:in|any|all)\s*\()"
)
COLLATED = r'\s*(?:::\s*text\s*)?collate\s+"default"'
NAMES = (
    r"(?:tg_table_name|tg_table_schema|tg_relname|tg_name|session_user|current_user|current_role"
    r"|current_catalog|current_schema(?:\s*\(\s*\))?|current_database\s*\(\s*\)|\buser\b)"
)
PASSED = re.compile(rf"(?<=[(,])\s*{NAMES}(?!{COLLATED})(?:::\s*text)?\s*(?=[,)])")
CALL = re.compile(rf"\b(?:{'|'.join(SCHEMAS)})\.\w+\s*(?=\()")

COMPARES = "perform from trail.heads as h where {}"
FUNCTION = """
create function trail.planted(who text) returns void language plpgsql
as $$ declare {} begin {}; end $$
"""


def compared(definition: str, parameters: list[str]) -> list[str]:
    """The parameters and variables that are compared without a stated collation."""
    body = COMMENT.sub("", definition)
    variables = [name for part in DECLARED.findall(body) for name in VARIABLE.findall(part)]
    return [
        name
        for name in parameters + variables
        if re.search(rf"{COMPARED}\s*{name}\b(?!{COLLATED})(?!\s*[.(])", body, re.IGNORECASE)
        or re.search(rf"(?<![.\w]){name}(?!{COLLATED})\s*{COMPARED}", body, re.IGNORECASE)
    ]


def passed(definition: str) -> list[str]:
    """The values of type name that are passed to our functions without a stated collation."""
    body = COMMENT.sub("", definition)
    return [
        value.strip() for call in CALL.finditer(body) for value in PASSED.findall(_call(body, call))
    ]


def _call(body: str, call: re.Match[str]) -> str:
    """The arguments of a call, with their parentheses."""
    depth = 0
    for end in range(call.end(), len(body)):
        depth += {"(": 1, ")": -1}.get(body[end], 0)
        if not depth:
            return body[call.end() : end + 1]
    return body[call.end() :]


def findings(many: Crowd, planted: str = "") -> dict[str, list[str]]:
    """Comparisons and arguments without a stated collation, by function."""
    found = many.ask(planted + ";" + FUNCTIONS, list(SCHEMAS))
    return {
        name: wrong
        for name, definition, parameters in found
        if (wrong := compared(definition, parameters) + passed(definition))
    }


def test_no_function_compares_in_an_implicit_collation(many: Crowd) -> None:
    """Each comparison with a text parameter or variable states the column's collation."""
    assert findings(many) == {}


@pytest.mark.parametrize(
    ("variables", "statement", "wrong"),
    [
        ("", COMPARES.format("h.user_id = who"), "who"),
        ("", COMPARES.format("who = h.user_id"), "who"),
        ("", COMPARES.format("h.user_id is not distinct from who"), "who"),
        ("", COMPARES.format("h.user_id in (who)"), "who"),
        ("other text := who;", COMPARES.format("h.user_id = other"), "other"),
        ("", "perform trail.append(who, 'create', session_user, 'x', null)", "session_user"),
        ("", "perform trail.append(who, 'a', current_user::text, '', null)", "current_user::text"),
    ],
)
def test_planted_function_is_found(many: Crowd, variables: str, statement: str, wrong: str) -> None:
    """The control: a comparison or an argument without a stated collation is a finding."""
    planted = FUNCTION.format(variables, statement)

    assert findings(many, planted) == {"trail.planted(text)": [wrong]}


@pytest.mark.parametrize(
    ("variables", "statement"),
    [
        ("", COMPARES.format('h.user_id = who collate "default"')),
        ("", COMPARES.format("who is null")),
        ('other text collate "default" := who;', COMPARES.format("h.user_id = other")),
        ("", "perform trail.append(who, 'a', session_user::text collate \"default\", '', null)"),
    ],
)
def test_function_that_names_its_collation_is_none(
    many: Crowd, variables: str, statement: str
) -> None:
    """The same code with a collation, or without a comparison, is no finding."""
    assert findings(many, FUNCTION.format(variables, statement)) == {}
