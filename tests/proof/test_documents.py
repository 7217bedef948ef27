"""The documents show the current output of psql and pgrls."""

from pathlib import Path

import pytest

from tests.proof.transcripts import DOCUMENTS, blocks, masked, with_current_output
from tests.support.installation import Installation


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document_shows_the_output_of_today(path: Path, documented: Installation) -> None:
    """Each command prints the output that the document shows; `make docs` renews the output."""
    document = path.read_text(encoding="utf-8")

    today = with_current_output(document, documented).splitlines()
    assert today == document.splitlines(), "run `make docs`"


def test_a_changed_output_is_noticed(installation: Installation) -> None:
    """A wrong output in a document is replaced with psql's output, so the comparison fails."""
    document = "```sql\nselect 1 as one;\n```\n\n```text\n one\n-----\n   2\n(1 row)\n\n```\n"

    assert with_current_output(document, installation) == (
        "```sql\nselect 1 as one;\n```\n\n```text\n one\n-----\n   1\n(1 row)\n```\n"
    )


def test_every_question_has_an_answer() -> None:
    """The document has ten numbered questions, each with a query and its output."""
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    questions = text.partition("\n## Who looked")[0].split("\n## ")[2:]

    assert [question.partition(".")[0] for question in questions] == [str(n) for n in range(1, 11)]
    assert all(blocks(question) for question in questions)


def test_masks_hide_times_and_hashes_only() -> None:
    """Times and hashes are replaced with a constant of the same width; all else stays."""
    told = f" 2026-11-25 02:49:17+00 | {'0f' * 32} | 9a8b7c6d5e4f… | postgres \n"

    assert masked(told) == (
        f" 2026-01-01 00:00:00+00 | {'0123456789abcdef' * 4} | 0123456789ab… | postgres\n"
    )
