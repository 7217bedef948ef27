"""For each mistake in the tutorial, the start-up checks report the sentence in the tutorial."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.new_table.mistakes import MISTAKES, Mistake
from tests.support.api_role import failing_checks
from tests.support.server import Server, connect

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial/add-a-table.md"
# This check reports every table without an installed policy file, so it reports this table.
OTHERS = {"drift"}


def findings(server: Server, database: str, folder: Path, mistake: Mistake | None) -> list[str]:
    """Run the generated SQL with a mistake, return the findings, and roll back."""
    revision = next((folder / "alembic/versions").glob("*_notes.py")).read_text()
    table = revision.partition('TABLE = r"""')[2].partition('"""')[0]
    sql = table + (folder / "db/policies/notes.sql").read_text()
    if mistake is not None:
        assert mistake.before in sql
        sql = sql.replace(mistake.before, mistake.after)
    with closing(connect(server.owner_url(database))) as connection:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        found = failing_checks(connection)
    return [text for name, texts in found.items() if name not in OTHERS for text in texts]


def test_generated_table_has_no_finding(server: Server, database: str, generated: Path) -> None:
    """The positive control: without a mistake, every check passes."""
    assert findings(server, database, generated, None) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_is_reported_as_in_the_tutorial(
    server: Server, database: str, generated: Path, mistake: Mistake
) -> None:
    """Each mistake has exactly one finding, with the sentence in the tutorial."""
    row = re.search(
        rf"^\| {re.escape(mistake.name)} \| (.*) \|$", TUTORIAL.read_text(), re.MULTILINE
    )
    assert row is not None, f"the tutorial has no line about: {mistake.name}"

    assert findings(server, database, generated, mistake) == [row[1].replace(": ", " ", 1)]
