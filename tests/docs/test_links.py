"""Links in the documents have existing targets, and paths in backticks exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
# A path of this repository in backticks, without a placeholder such as <table> or *.
NAMED = re.compile(r"`((?:api|alembic|bench|db|docs|examples|tests)/[\w./-]*)`")
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


DOCUMENTS = [
    *ROOT.glob("*.md"),
    ROOT / "llms.txt",
    *(ROOT / "docs").rglob("*.md"),
    *ROOT.glob("examples/*/README.md"),
    ROOT / "bench" / "README.md",
]


def anchors(path: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    text = CODE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """A link without a host leads to an existing file, and its anchor to a heading there."""
    text = CODE.sub("", path.read_text(encoding="utf-8"))
    dead = []
    for target, anchor in LINK.findall(text):
        if "://" in target or target.startswith("/"):
            continue
        found = path.parent / target if target else path
        if not found.exists() or (anchor and anchor[1:] not in anchors(found)):
            dead.append(target + anchor)

    assert dead == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_paths_exist(path: Path) -> None:
    """A path in backticks exists, unless it belongs to `notes`, the tutorial's example table."""
    names = NAMED.findall(CODE.sub("", path.read_text(encoding="utf-8")))

    assert [name for name in names if not (ROOT / name).exists() and "notes" not in name] == []


def test_every_document_is_in_the_index() -> None:
    """The index links to each document, and to the folder of the decisions."""
    index = ROOT / "docs" / "README.md"
    linked = {target for target, _ in LINK.findall(index.read_text(encoding="utf-8"))}
    documents = {
        path.relative_to(index.parent).as_posix()
        for path in index.parent.rglob("*.md")
        if path != index and path.parent.name != "decisions"
    }

    assert documents <= linked


def test_llms_txt_has_its_form() -> None:
    """llms.txt has a heading, a quoted summary and lists of links (llmstxt.org)."""
    text = (ROOT / "llms.txt").read_text(encoding="utf-8")
    sections = text.split("\n## ")

    assert re.match(r"# Rowlock\n\n> .+\n", sections[0])
    assert len(sections) > 1
    for section in sections[1:]:
        lines = section.splitlines()[1:]
        assert [x for x in lines if x and not re.fullmatch(r"- \[.+\]\(.+\): .+", x)] == []
