"""Query parameters as they come: nothing unknown, nothing twice without sense, nothing that is no text."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import unquote_to_bytes

from rest_framework.request import Request

from config.http import problems

MAX_VALUES = 50
MAX_CHARACTERS = 1000
#: what other APIs call it -> what may be meant here, the first that there is
SYNONYMS = {
    "author": ["speaker"],
    "date": ["said_at", "published_after"],
    "from": ["said_after", "published_after"],
    "label": ["name", "text", "title"],
    "lang": ["language"],
    "name": ["label", "text", "title", "q"],
    "offset": ["cursor"],
    "ordering": ["order"],
    "page": ["cursor"],
    "page_size": ["limit"],
    "per_page": ["limit"],
    "q": ["name", "label", "text", "title"],
    "query": ["q", "name", "label", "text", "title"],
    "search": ["q", "name", "label", "text", "title"],
    "since": ["updated_since", "said_after"],
    "size": ["limit"],
    "sort": ["order"],
    "tag": ["topic"],
    "to": ["said_before", "published_before"],
    "until": ["said_before", "published_before"],
}


def check_parameters(
    request: Request,
    known: Collection[str],
    repeatable: Container[str] = (),
    longest: Mapping[str, int] | None = None,
) -> None:
    """Raise ProblemError for a parameter that is unknown, empty, too long, no text, or given twice without sense.

    `longest` says how many characters a parameter may have, where that is not MAX_CHARACTERS.
    """
    _check_encoding(request.META.get("QUERY_STRING", ""))
    unknown = sorted(name for name in request.query_params if name not in known)
    if unknown:
        raise unknown_parameters(unknown, known)
    for name, values in request.query_params.lists():
        fault = _fault(values, is_repeatable=name in repeatable, longest=(longest or {}).get(name, MAX_CHARACTERS))
        if fault:
            raise problems.parameter_error(name, fault)


def unknown_parameters(unknown: Sequence[str], known: Iterable[str]) -> problems.ProblemError:
    """Return the error that there are no such parameters: it lists those there are, and what may have been meant."""
    allowed = sorted(known)
    there_is_none = f"There is no parameter {', '.join(_shown(name) for name in unknown[:3])}."
    return problems.ProblemError(
        problems.UNKNOWN_PARAMETER,
        f"{there_is_none} Allowed here: {', '.join(allowed) or 'no parameter'}.",
        [{"parameter": _shown(name), "detail": _hint(name, allowed)} for name in unknown[:20]],
    )


def _check_encoding(query_string: str) -> None:
    """Django puts U+FFFD for bytes that are no UTF-8, and would search for that."""
    if query_string.isascii() and "%" not in query_string:
        return
    for pair in query_string.split("&"):
        try:
            unquote_to_bytes(pair).decode("utf-8")
        except UnicodeDecodeError:
            name = _shown(unquote_to_bytes(pair.split("=")[0]).decode("utf-8", "replace"))
            raise problems.parameter_error(name, "It is not UTF-8 text.") from None


def _fault(values: list[str], *, is_repeatable: bool, longest: int) -> str | None:
    if any("\0" in value for value in values):
        return "It has a NUL character in it."
    if any(not value.strip() for value in values):
        return "It is empty: give a value, or leave it out."
    if any(len(value) > longest for value in values):
        return f"It is too long: {longest} characters are the most."
    if len(values) > 1 and not is_repeatable:
        return "It may be given once only."
    if len(values) > MAX_VALUES:
        return f"It may be given {MAX_VALUES} times at most."
    return None


def _hint(name: str, known: list[str]) -> str:
    meant = [other for other in SYNONYMS.get(name[:100].lower(), ()) if other in known]
    close = meant or get_close_matches(name[:100].lower(), known, n=1, cutoff=0.75)
    return f"There is no such parameter; did you mean {close[0]}?" if close else "There is no such parameter."


def _shown(name: str) -> str:
    return name.replace("\0", "\N{SYMBOL FOR NULL}")[:100]
