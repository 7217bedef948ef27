"""Generates the page about the API from the OpenAPI document."""

from itertools import groupby
from typing import Any

from api.http.problems import KINDS
from api.main import create_app
from api.settings import Settings

# A method, a path, and their operation object in the OpenAPI document.
type Operation = tuple[str, str, dict[str, Any]]


def block() -> str:
    """The operations of each tag, then the objects, then the problems."""
    document = create_app(Settings(_env_file=None)).openapi()
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    sections = [
        f"## {tag.capitalize()}\n\n" + "\n".join(map(_operation, group))
        for tag, group in groupby(
            sorted(operations, key=lambda operation: operation[2]["tags"][0]),
            key=lambda operation: operation[2]["tags"][0],
        )
    ]
    schemas = document["components"]["schemas"].items()
    objects = "\n".join(_object(name, schema) for name, schema in schemas)
    return "\n".join((*sections, f"## Objects\n\n{objects}", _problems()))


def _operation(operation: Operation) -> str:
    method, path, described = operation
    parts = [f"### `{method.upper()} {path}`", described["description"]]
    if parameters := described.get("parameters"):
        parts.append("\n".join(_table(parameters)))
    if body := described.get("requestBody"):
        optional = "" if body["required"] else " It may be absent."
        parts.append(f"The body is {_content(body)}.{optional}")
    good, problems = [], []
    for status, answer in sorted(described["responses"].items()):
        if status < "400":
            good.append(_answer(status, answer))
        else:
            problems.append(status)
    parts += ["\n".join(good), f"Problems: {', '.join(problems)}."]
    return "\n\n".join(parts) + "\n"


def _table(parameters: list[dict[str, Any]]) -> list[str]:
    lines = ["| parameter | in | type | |", "| --- | --- | --- | --- |"]
    for parameter in parameters:
        schema = parameter["schema"]
        note = schema.get("description", "")
        lines.append(f"| `{parameter['name']}` | {parameter['in']} | {_type(schema)} | {note} |")
    return lines


def _answer(status: str, answer: dict[str, Any]) -> str:
    description = answer["description"].removesuffix("Successful Response").rstrip(".")
    parts = f"{status} {_content(answer)}".rstrip(), description
    return f"Answer: {'. '.join(filter(None, parts))}."


def _content(holder: dict[str, Any]) -> str:
    for media in holder.get("content", {}).values():
        return _type(media["schema"])
    return ""


def _object(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    lines = [f"### {name}", "", schema.get("description", ""), ""]
    lines += ["| member | type | |", "| --- | --- | --- |"]
    for member, described in schema["properties"].items():
        notes = ["" if member in required else "May be absent.", described.get("description", "")]
        note = " ".join(filter(None, notes))
        lines.append(f"| `{member}` | {_type(described)} | {note} |")
    return "\n".join(lines) + "\n"


def _problems() -> str:
    lines = ["## Types of problems", "", "| type | status | title | |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{kind.type}` | {kind.status} | {kind.title} | {kind.detail} |"
        for kind in KINDS.values()
    ]
    return "\n".join(lines) + "\n"


def _type(schema: dict[str, Any]) -> str:
    """A schema in words: its type, its values or limits, and its default."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if alternatives := schema.get("anyOf"):
        return " or ".join(map(_type, alternatives))
    if values := schema.get("enum"):
        text = "one of " + ", ".join(f"`{value}`" for value in values)
    elif schema["type"] == "array":
        text = f"array of {_type(schema['items'])}"
    else:
        text = schema.get("format", schema["type"])
    if "maxLength" in schema:
        text += f" of {schema.get('minLength', 0)} to {schema['maxLength']:,} characters"
    if "maximum" in schema:
        text += f" from {schema['minimum']} to {schema['maximum']}"
    if default := schema.get("default"):
        text += f"; `{default}` by default"
    return text
