"""A small dataset in which every reference is of the easiest kind."""

from typing import Any

Row = dict[str, Any]

TEXT = (
    "Tokyo a rapporté samedi la « profonde préoccupation » d’Ada Essai, porte-parole du ministère d’Utopie, devant les"
    " livraisons d’armement. La préoccupation est partagée. 🕊️ Fin."
)
WORDS = "profonde préoccupation"
START = TEXT.index(WORDS)
SOURCE: Row = {"record": "source", "key": "article", "title": "Article", "language": "fr", "text": TEXT}
SPEAKER: Row = {"record": "speaker", "key": "ada", "name": "Ada Essai"}
STATEMENT: Row = {
    "record": "statement",
    "key": "said",
    "attributions": [{"speaker": "#ada"}],
    "appearances": [{"source": "#article", "segments": [WORDS]}],
}
ROWS = [SOURCE, SPEAKER, STATEMENT]
#: an id but for its last two digits
MADE = "0190a5c0-0000-7000-8000-0000000000"


def changed(row: Row, **values: Any) -> Row:
    """Return the row with other values; None of the type `...` takes a key away."""
    return {name: value for name, value in {**row, **values}.items() if value is not ...}


def quoting(*segments: Any, **values: Any) -> Row:
    """Return the statement with these segments, and other values of its appearance."""
    return changed(STATEMENT, appearances=[{"source": "#article", "segments": list(segments), **values}])
