"""Values in SQL arrive unchanged with all session settings that affect quoting."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import QuotedString

from api.database.bound_connection import BIND, OPENING
from api.database.literals import Escaped, identity
from tests.support.server import Server, connect

SETTINGS = [
    "standard_conforming_strings = off",
    "standard_conforming_strings = off; set backslash_quote = on",
    "client_encoding = latin1",
    "client_encoding = sjis",
    "client_encoding = gbk",
    "client_encoding = big5",
]
TEXTS = [
    "plain",
    "it's",
    "josé",
    "\\'; select 666 --",
    "\\\\'; select 666 --",
    "中\\'; select 666 --",
    'łódź \U0001f600 "quoted" \\" \n\t\x01\x7f / %s',
]
Connection = psycopg2.extensions.connection


@pytest.fixture
def stranger(server: Server, database: str) -> Iterator[Connection]:
    """A session whose settings the driver does not see."""
    with closing(connect(server.direct_api_url(database))) as connection:
        connection.autocommit = True
        yield connection


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("user", TEXTS)
def test_identity_is_bound_under_every_setting(
    stranger: Connection, user: str, setting: str
) -> None:
    """The user id arrives unchanged if the session has another encoding or other quoting rules."""
    with stranger.cursor() as cursor:
        bound = cursor.mogrify(OPENING, (identity(user), ""))
        hexed = b"select encode(convert_to(app.current_user_id(), 'UTF8'), 'hex')"
        cursor.execute(f"set {setting}")
        cursor.execute(bound + hexed)
        assert cursor.fetchall() == [(user.encode().hex(),)]


@pytest.mark.parametrize("setting", SETTINGS[:2])
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_one_value_without_standard_strings(
    stranger: Connection, text: str, setting: str
) -> None:
    """A text with a backslash before a quote is one value, even if backslashes are escapes."""
    with stranger.cursor() as cursor:
        packet = cursor.mogrify("select %s", (text,))
        cursor.execute(f"set {setting}")
        cursor.execute(packet)
        assert cursor.fetchall() == [(text,)]


@pytest.mark.parametrize("encoding", ["sjis", "gbk", "big5"])
def test_text_cannot_end_early_in_another_encoding(stranger: Connection, encoding: str) -> None:
    """A character whose last byte equals a backslash does not end the text early."""
    text = "中\\'; select 666 --"
    with stranger.cursor() as cursor:
        packet = cursor.mogrify("select length(%s)", (text,))
        cursor.execute(f"set client_encoding = {encoding}")
        cursor.execute(packet)
        assert cursor.fetchall() == [(len(text),)]


def test_driver_alone_would_be_injected(stranger: Connection) -> None:
    """The control: with the driver's quoting, the text ends early and the rest runs as SQL."""
    with stranger.cursor() as cursor:
        packet = cursor.mogrify("select %s", (QuotedString(TEXTS[3]),))
        cursor.execute("set standard_conforming_strings = off; set backslash_quote = on")
        cursor.execute(packet)
        assert cursor.fetchall() == [(666,)]


def test_identity_alone_would_be_another_user(stranger: Connection) -> None:
    """The control: if it is not escaped, josé becomes another user id with another encoding."""
    with stranger.cursor() as cursor:
        packet = cursor.mogrify(BIND, ("josé", "")) + b"select length(app.current_user_id())"
        cursor.execute("set client_encoding = latin1")
        cursor.execute(packet)
        assert cursor.fetchall() == [(5,)]


@pytest.mark.parametrize("text", ["a\0b", "a\\\0b", "\\\ud800"])
def test_what_is_no_text_is_refused(stranger: Connection, text: str) -> None:
    """A text with NUL or a lone surrogate raises ValueError before anything is sent."""
    with stranger.cursor() as cursor, pytest.raises(ValueError, match=r"NUL|surrogates"):
        cursor.mogrify("select %s", (text,))
    with pytest.raises(ValueError, match=r"NUL|surrogates"):
        Escaped(text).getquoted()
