"""The files that `rowlock new-table notes` generates, in a separate folder."""

from pathlib import Path

import pytest

from api.operations.new_table import new_table
from api.operations.new_table.names import Names


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """A folder in which `rowlock new-table notes` has written its files."""
    (tmp_path / "alembic/versions").mkdir(parents=True)
    new_table(Names.of("notes"), tmp_path)
    return tmp_path
