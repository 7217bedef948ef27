"""`.env.example` lists every setting: its name, its default, and what it is for."""

import itertools
import re
import shutil
from pathlib import Path

from dotenv import dotenv_values

from api.settings import Settings
from tests.settings.conftest import Load

EXAMPLE = Path(__file__).parents[2] / ".env.example"
ENTRY = re.compile(r"^(#?)([A-Z][A-Z_]*)=(.*)$", re.MULTILINE)


def test_example_names_every_setting_in_their_order() -> None:
    """The file has exactly one entry per setting, in the order of the class."""
    names = [name for _, name, _ in ENTRY.findall(EXAMPLE.read_text())]

    assert names == [name.upper() for name in Settings.model_fields]


def test_example_comments_on_every_setting() -> None:
    """The line before each entry is a comment that ends with a full stop."""
    lines = EXAMPLE.read_text().splitlines()
    before = {
        entry[2]: previous
        for previous, line in itertools.pairwise(lines)
        if (entry := ENTRY.match(line))
    }

    assert {n for n, c in before.items() if not re.match(r"# .*\.$", c)} == set()


def test_example_shows_the_defaults() -> None:
    """An entry is set to the default if the setting has one; all others are commented out."""
    shown = {name.lower(): value for name, value in dotenv_values(EXAMPLE).items()}
    defaults = {
        name: str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        for name, field in Settings.model_fields.items()
        if field.default is not None and field.default != []
    }

    assert shown == defaults


def test_copied_example_changes_nothing(workdir: Path, load: Load) -> None:
    """Copied to .env without changes, the file gives the default settings."""
    shutil.copy(EXAMPLE, workdir / ".env")

    assert load() == Settings(_env_file=None)
    assert load().embedded
    assert load().development_key
