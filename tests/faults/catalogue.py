"""The catalogue of faults: one file per fault, in the folders beside this module.

README.md describes the files. Reading is strict: an unknown key, a missing one or an unknown
placeholder is an error, so a typing mistake cannot hide a fault from a suite.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.faults.fault import COMMANDS, HERE, OF_A_TABLE, Fault, Finding, placeholders

MARK = {".sql": "-- ", ".py": "# "}
SEPARATOR = " | "

ONCE = {"title", "since", "needs", "advice", "also", "mutant", "caught_by"}
# The keys that decide whether a fault is in the table of docs/reference/rules.md.
PLACES = {"pgrls", "no_pgrls", "variant_of", "apart"}
KEYS = ONCE | PLACES | {"each", "finds"}
PLACEHOLDERS = OF_A_TABLE | {"database", "owner", "user"}

Keys = dict[str, list[str]]


class FaultError(ValueError):
    """A file of the catalogue is wrong."""


@cache
def faults() -> tuple[Fault, ...]:
    """Every fault, in the order of folders and files; a file with `each` gives several."""
    paths = sorted(path for suffix in MARK for path in HERE.glob(f"*/*{suffix}"))
    return check(tuple(fault for path in paths for fault in read(path)))


def check(found: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Refuse faults with the same name, and a variant of a fault that is not listed."""
    stems = Counter({fault.path: fault.path.stem for fault in found}.values())
    titles = Counter({fault.path: fault.title for fault in found}.values())
    listed = {fault.path.stem for fault in found if fault.listed}
    wrong = [name for names in (stems, titles) for name, count in names.items() if count > 1]
    wrong += [f.name for f in found if f.variant_of and f.variant_of not in listed]
    if wrong:
        raise FaultError(f"two faults of one name, or a variant of no listed fault: {wrong}")
    return found


def read(path: Path) -> Iterator[Fault]:
    """The faults of one file: one, or one for each combination of the values of `each`."""
    keys, body = _parts(path)
    for values in _variants(path, keys.pop("each", [])):
        filled = {key: [_early(line, values) for line in lines] for key, lines in keys.items()}
        label = f"[{', '.join(values.values())}]" if values else ""
        yield _fault(path, path.stem + label, filled, _early(body, values))


def _parts(path: Path) -> tuple[Keys, str]:
    """The keys of the header with their values, and the statements below it."""
    header, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    keys: Keys = defaultdict(list)
    for line in header.splitlines():
        key, colon, value = line.removeprefix(MARK[path.suffix]).partition(": ")
        if not (line.startswith(MARK[path.suffix]) and colon and key in KEYS):
            raise FaultError(f"{path}: this is no key with a value: {line}")
        keys[key].append(value)
    wrong = [key for key in ONCE & keys.keys() if len(keys[key]) > 1]
    wrong += [] if "title" in keys else ["title"]
    wrong += [] if len(PLACES & keys.keys()) == 1 else sorted(PLACES)
    wrong += [] if {"finds", "also", "caught_by"} & keys.keys() else ["finds"]
    wrong += [] if ("mutant" in keys) == ("caught_by" in keys) else ["mutant"]
    if wrong or not body.strip():
        raise FaultError(f"{path}: missing or too many: {', '.join(wrong) or 'the statements'}")
    return keys, body


def _variants(path: Path, lines: list[str]) -> Iterator[dict[str, str]]:
    """Each combination of values: lines of the same placeholders add up, others multiply."""
    choices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        names, equals, values = line.partition(" = ")
        keys = [name.strip("{}") for name in names.split()]
        for value in values.split(SEPARATOR):
            parts = value.split(maxsplit=len(keys) - 1)
            if not equals or len(parts) != len(keys):
                raise FaultError(f"{path}: each placeholder needs a value: {line}")
            choices[names].append(dict(zip(keys, parts, strict=True)))
    for combination in itertools.product(*choices.values()):
        yield {name: value for values in combination for name, value in values.items()}


def _early(text: str, values: dict[str, str]) -> str:
    """The text with the placeholders of `each` replaced; the others are replaced when planted."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _fault(path: Path, name: str, keys: Keys, body: str) -> Fault:
    one = {key: lines[0] for key, lines in keys.items()}
    fault = Fault(
        path=path,
        name=name,
        title=one["title"],
        body=body,
        found=tuple(_finding(path, line) for line in keys.get("finds", ())),
        also=_names(one.get("also", "")),
        advice=_names(one.get("advice", "")),
        since=int(one.get("since", "0")) * 10000,
        pgrls=tuple(keys.get("pgrls", ())),
        no_pgrls=one.get("no_pgrls", ""),
        variant_of=one.get("variant_of", ""),
        apart=one.get("apart", ""),
        mutant=one.get("mutant", ""),
        caught_by=_names(one.get("caught_by", "")),
        needs=one.get("needs", ""),
    )
    texts = [body, *fault.pgrls, *(f"{f.object}{f.detail}" for f in fault.found)]
    unknown = set().union(*map(placeholders, texts)) - PLACEHOLDERS
    unknown |= {fault.needs} - {"", *COMMANDS} | fault.advice - set(fault.rules)
    if unknown and path.suffix == ".sql":
        raise FaultError(f"{path}: unknown: {', '.join(sorted(unknown))}")
    return fault


def _finding(path: Path, line: str) -> Finding:
    rule, *parts = line.split(SEPARATOR)
    if len(parts) == 2:
        return Finding(rule, parts[0], parts[1])
    if len(parts) == 3 and parts[2].startswith("since "):
        return Finding(rule, parts[0], parts[1], int(parts[2].removeprefix("since ")) * 10000)
    raise FaultError(f"{path}: finds takes a rule, an object and a detail: {line}")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split(", ")) - {""}
