"""The SQLModel class of the table memos."""

from api.database.owned_row import OwnedRow, Sortable


class Memo(OwnedRow, table=True):
    """A memo of one user."""

    __tablename__ = "memos"

    title: Sortable[str]
    body: str | None = None
