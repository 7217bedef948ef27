"""The error that stops an audit."""

from api.audit.printable import printable


class AuditError(Exception):
    """The audit cannot be made. The message is a sentence, and safe to print on a terminal."""

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence, keep="\n"))
