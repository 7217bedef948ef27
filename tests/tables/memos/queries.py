"""The statements of the memo endpoints. Each returns the JSON that is sent unchanged."""

from api.database.row_statements import RowStatements
from tests.tables.memos.model import Memo
from tests.tables.memos.schemas import MemoCreate, MemoRead, MemoReplace

MEMOS = RowStatements(Memo, MemoRead)
CREATE = MEMOS.create(MemoCreate)
READ = MEMOS.read()
REPLACE = MEMOS.replace(MemoReplace)
DELETE = MEMOS.delete()
LIST = MEMOS.list()
