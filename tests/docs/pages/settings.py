"""Generates the page about settings, from the class Settings and the comments in `.env.example`."""

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from api.settings import Settings

EXAMPLE = Path(__file__).parents[3] / ".env.example"

_HEADING = re.compile(r"# --- (.+?) -+")
_ENTRY = re.compile(r"#?([A-Z_]+)=(.*)")


def block() -> str:
    """Each group of settings, with a section for each setting."""
    parts: list[str] = []
    comment: list[str] = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := _HEADING.fullmatch(line):
            parts.append(f"## {heading[1]}\n")
        elif entry := _ENTRY.fullmatch(line):
            parts.append(_section(entry[1], " ".join(comment)))
        elif line.startswith("# "):
            comment.append(line.removeprefix("# "))
            continue
        comment = []
    return "\n".join(parts)


def _section(name: str, description: str) -> str:
    field = Settings.model_fields[name.lower()]
    return f"### `{name}`\n\n{_kind(name, field)}; {_default(field)}.\n\n{description}\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value in (None, [], ""):
        return "empty by default"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{shown}` by default"


def _kind(name: str, field: FieldInfo) -> str:
    annotation: Any = field.annotation
    kinds = {bool: "`true` or `false`", int: "a whole number", float: "a number"}
    if get_origin(annotation) is Literal:
        text = "one of " + ", ".join(f"`{value}`" for value in get_args(annotation))
    elif get_origin(annotation) is list:
        text = "a list, separated by commas"
    elif name.endswith("_URL"):
        text = "a URL"
    elif name.endswith(("_FILE", "_DIR")):
        text = "a path"
    else:
        text = kinds.get(annotation, "text")
    text += _limits(field)
    return text[0].upper() + text[1:]


def _limits(field: FieldInfo) -> str:
    words = {
        annotated_types.Ge: ("from", "ge"),
        annotated_types.Gt: ("above", "gt"),
        annotated_types.Le: ("to", "le"),
    }
    limits = [
        f" {words[type(item)][0]} {getattr(item, words[type(item)][1])}"
        for item in field.metadata
        if type(item) in words
    ]
    return "".join(limits)
