"""Where the words of a query stand in statements, as the API answers them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from claims.querysets.search import FIELDS, words_found
from claims.text.highlighting import Run, runs

# Of one page; what is beyond is not marked. It bounds the time of the query, which the public's timeout would end.
MOST_WORDS = 10_000
_PARTS = ("speakers", "on_behalf_of", "addressees", "attitude_holders")


@dataclass(frozen=True)
class _Text:
    """A text of a statement: where it stands in the answer, and the languages by whose dictionaries it was read."""

    pointer: str
    languages: Sequence[str]
    runs: Sequence[Run]


def highlights(
    documents: Sequence[dict[str, Any]],
    typed: str,
    languages: Sequence[str],
    *,
    within: Collection[str] = (),
    using: str,
) -> list[list[dict[str, Any]]]:
    """Return, for each statement of a page, where words that the query asks for stand in it; in one query.

    Statements are as StatementSerializer makes them; `languages` and `within` are those of the search. Each text that
    has such words is `{"pointer": …, "spans": [{"start": 12, "end": 25, "exact": "préoccupation"}]}`: a JSON Pointer
    (RFC 6901) into the statement, and offsets in code points into the text there, in reading order. Each word of a
    phrase is marked wherever it stands, in the phrase or not.
    """
    pages = [list(_texts(document, set(languages), within or FIELDS)) for document in documents]
    asked = dict.fromkeys(
        (language, word.text)
        for texts in pages
        for text in texts
        for language in text.languages
        for run in text.runs
        for word in run.candidates
    )
    found = words_found(typed, list(islice(asked, MOST_WORDS)), using=using)
    return [[marked for text in texts if (marked := _marked(text, found))["spans"]] for texts in pages]


def _marked(text: _Text, found: Mapping[str, set[str]]) -> dict[str, Any]:
    matching = set().union(*(found.get(language, ()) for language in text.languages))
    words = [word for run in text.runs for word in run.found(matching)]
    return {
        "pointer": text.pointer,
        "spans": [{"start": word.start, "end": word.end, "exact": word.text} for word in words],
    }


def _texts(statement: dict[str, Any], searched: Collection[str], within: Collection[str]) -> Iterator[_Text]:
    """The texts of a statement in the fields of a search, its own words in their own language."""
    own = {_subtag(one["language"]) for one in (*_rows(statement, "wordings"), *_rows(statement, "appearances"))}
    languages = sorted(own.intersection(searched))
    for field, language, value, *steps in _values(statement):
        read = languages if language is None else [language] if language in languages else []
        if field in within and read:
            yield _Text(_pointer(steps), read, list(runs(value)))


def _values(statement: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Field, language (None for that of each of the statement's words), text, and the steps of its pointer."""
    for place, wording in enumerate(_rows(statement, "wordings")):
        yield "words", _subtag(wording["language"]), wording["text"], "wordings", place, "text"
    for place, appearance in enumerate(_rows(statement, "appearances")):
        language = _subtag(appearance["language"])
        for number, segment in enumerate(appearance["segments"]):
            yield "words", language, segment["exact"], "appearances", place, "segments", number, "exact"
        yield "titles", None, appearance["source"]["title"], "appearances", place, "source", "title"
    for part in _PARTS:
        for place, attribution in enumerate(_rows(statement, part)):
            yield "speakers", None, attribution["speaker"]["name"], part, place, "speaker", "name"
    for place, topic in enumerate(_rows(statement, "topics")):
        for tag, label in topic["labels"].items():
            yield "subjects", None, label, "topics", place, "labels", tag
    for place, position in enumerate(_rows(statement, "positions")):
        for tag, text in position["claim"]["text"].items():
            yield "subjects", None, text, "positions", place, "claim", "text", tag


def _rows(statement: dict[str, Any], member: str) -> list[dict[str, Any]]:
    """The rows in a member; none where it was left out of the answer."""
    found: list[dict[str, Any]] = statement.get(member, [])
    return found


def _subtag(language: str) -> str:
    return language.split("-")[0].lower()


def _pointer(steps: Iterable[str | int]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
