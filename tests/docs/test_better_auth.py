"""The lock file of examples/better-auth, and the settings in its README."""

import json
import re
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "better-auth"


def test_lock_file_pins_by_hash_and_names_no_address() -> None:
    """Every package in the lock file has a hash, and none has a download address."""
    packages = json.loads((EXAMPLE / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert {"node_modules/better-auth", "node_modules/pg"} <= installed.keys()
    assert [name for name, package in installed.items() if "integrity" not in package] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []


def test_readme_lists_every_setting() -> None:
    """The README's table lists exactly the variables that auth.mjs reads."""
    settings = (EXAMPLE / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    listed = {
        name
        for cell in re.findall(r"^\| (`[A-Z_`, ]+`) \|", settings, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }
    code = (EXAMPLE / "auth.mjs").read_text()

    assert listed == set(re.findall(r'(?:read|wholeNumber)\(\s*"([A-Z_]+)"', code))
    assert len(listed) == 11
