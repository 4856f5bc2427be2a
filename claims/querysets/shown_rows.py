"""Rows that documents show, each an object with its id, taken from one document and put into another."""

from collections.abc import Iterable, Sequence
from json import JSONDecoder

_decoder = JSONDecoder()


class UnknownRowError(LookupError):
    """No document at hand shows the row."""


class ShownRows:
    """What these documents (JSON as UTF-8, without blanks) show of rows; wherever one stands, all of it is shown."""

    def __init__(self, documents: Iterable[bytes]) -> None:
        self._documents = [document.decode() for document in documents]
        self._known: dict[str, str] = {}

    def put_into(self, document: bytes, ids: Sequence[str]) -> bytes:
        """Return the document with these rows as they are shown here; raise UnknownRowError for one that is not."""
        text = document.decode()
        for key in ids:
            begin, end = _place(text, key, 0)
            while begin >= 0:
                shown = self._shown(key)
                text = text[:begin] + shown + text[end:]
                begin, end = _place(text, key, begin + len(shown))
        return text.encode()

    def _shown(self, key: str) -> str:
        if key not in self._known:
            for document in self._documents:
                begin, end = _place(document, key, 0)
                if begin >= 0:
                    self._known[key] = document[begin:end]
                    break
            else:
                raise UnknownRowError(key)
        return self._known[key]


def _place(text: str, key: str, start: int) -> tuple[int, int]:
    """Where the object of a row begins and ends, from `start` on; -1 where it is not."""
    # within a string its quotes would be escaped
    begin = text.find(f'{{"id":"{key}"', start)
    return (begin, _decoder.raw_decode(text, begin)[1]) if begin >= 0 else (-1, -1)
