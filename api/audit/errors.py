"""What stops an audit."""

from api.audit.printable import visible


class AuditError(Exception):
    """The audit cannot be made. The message is a sentence, and safe to print on a terminal."""

    def __init__(self, sentence: str) -> None:
        super().__init__(visible(sentence, keep="\n"))
