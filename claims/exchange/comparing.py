"""Does the record say what a line says? What the line leaves out is not compared."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.lines import Line, Part, SourceLine, SourceTextLine, SpeakerLine, StatementLine, Words
from claims.exchange.reading import pointer
from claims.exchange.references import pages
from claims.exchange.statements import ASIDE
from sources.models.fields import uuid7

Steps = tuple[str | int, ...]

SHOWN_CHARACTERS = 80
#: what no two rows of a kind share
_UNIQUE = ("url", "homepage", "same_as")
#: lists of which a line may name some; the record may have more
_SETS = {"same_as", "names", "topics"}
#: lists in which the place says nothing: what tells one entry from the others
_KEYED = {"wordings": ("language",), "mentions": ("speaker", "kind")}


def differences(line: Line, there: Mapping[str, Any]) -> list[str]:
    """Return the pointers at which the line says otherwise than the record's own line `there`."""
    return list(_differing(line, there, (), _not_compared(line, there)))


def otherwise(line: Line, there: Mapping[str, Any], place: str) -> str:
    """Return the sentence for one place at which a line says otherwise than the record."""
    record = there["record"]
    said, found = _value_at(line.model_dump(mode="json"), place), _value_at(there, place)
    name = place.split("/")[1]
    values = {"record": record, "id": there["id"], "said": said, "found": found}
    if name in _SETS:
        sentence = _(
            "The %(record)s %(id)s in the record has no %(said)s, and an import changes nothing that is there."
        )
    elif name == "text" and isinstance(line, SourceLine):
        sentence = _(
            "The %(record)s %(id)s in the record has other words, and an import changes nothing that is there."
        )
    else:
        sentence = _(
            "The %(record)s %(id)s in the record has %(found)s, not %(said)s, and an import changes nothing that is"
            " there."
        )
    advice = _("Leave this out, or the whole line and refer to that id, or change it in the admin.")
    told = f"{sentence % values} {advice}"
    if line.id is not None or any(getattr(line, field, None) for field in _UNIQUE):
        return told
    return f"{told} " + _("If it is another %(record)s, give it an id of its own, such as %(new)s.") % {
        "record": record,
        "new": uuid7(),
    }


def _value_at(document: Any, place: str) -> str:
    """The value at a JSON pointer, as JSON and not too long."""
    for step in place.split("/")[1:]:
        try:
            document = document[int(step) if isinstance(document, list) else step]
        except (KeyError, IndexError, TypeError):
            document = None
    written = json.dumps(document, ensure_ascii=False)
    return written if len(written) <= SHOWN_CHARACTERS else f"{written[:SHOWN_CHARACTERS]}…"


def _not_compared(line: Line, there: Mapping[str, Any]) -> set[str]:
    aside = {"id", *ASIDE} if isinstance(line, StatementLine) else {"id", "key", "errors"}
    if isinstance(line, SourceLine):
        aside.add("text")  # compared with all revisions
    if isinstance(line, SourceTextLine) and line.text is None:
        aside.add("text")  # a public export leaves it out; its hash is compared
    if isinstance(line, SpeakerLine) and _is_called(line.name, there):
        aside.add("name")
    return aside


def _is_called(name: str, there: Mapping[str, Any]) -> bool:
    """Whether a speaker has the name, as its main one or as another."""
    names = [there["name"], *(other["name"] for other in there["names"])]
    return name.casefold() in {one.casefold() for one in names}


def _differing(
    part: Part, there: Mapping[str, Any], steps: Steps, aside: set[str] | frozenset[str] = frozenset()
) -> Iterator[str]:
    for name in type(part).model_fields:
        if name not in part.model_fields_set or name in aside:
            continue
        said, found = getattr(part, name), there.get(name)
        where = (*steps, name)
        if name == "id":
            yield from [pointer(*where)] if str(said) != found else []
        elif isinstance(said, Words):
            yield from _differing_words(said, found, where)
        elif isinstance(said, list):
            yield from _differing_lists(name, said, found or [], where)
        elif isinstance(said, dict):
            # labels: the record may have more languages
            yield from (pointer(*where, key) for key, value in said.items() if (found or {}).get(key) != value)
        elif isinstance(said, bytes):
            yield from [pointer(*where)] if said != _bytes_of(found, there) else []
        elif (said or None) != (found or None):  # an empty text is kept as none
            yield pointer(*where)


def _bytes_of(found: str | None, there: Mapping[str, Any]) -> bytes:
    """The bytes of a record's line, which leaves them out where they are its text."""
    return base64.b64decode(found) if found is not None else str(there.get("text") or "").encode("utf-8")


def _differing_lists(name: str, said: Sequence[Any], found: Sequence[Any], steps: Steps) -> Iterator[str]:
    if name in _SETS:
        for place, one in enumerate(said):
            if not any(_is_same(one, other) for other in found):
                yield pointer(*steps, place)
    elif len(said) != len(found):
        yield pointer(*steps)
    elif name in _KEYED:
        by_key = {tuple(other[key] for key in _KEYED[name]): other for other in found}
        for place, one in enumerate(said):
            yield from _differing_entries(
                one, by_key.get(tuple(getattr(one, key) for key in _KEYED[name])), steps, place
            )
    else:
        for place, (one, other) in enumerate(zip(said, found, strict=True)):
            yield from _differing_entries(one, other, steps, place)


def _differing_entries(said: Any, found: Any, steps: Steps, place: int) -> Iterator[str]:
    where = (*steps, place)
    if isinstance(said, Words):
        yield from _differing_words(said, found, where)
    elif isinstance(said, Part) and found is not None:
        yield from _differing(said, found, where)
    elif said != found:
        yield pointer(*where)


def _is_same(said: Any, found: Any) -> bool:
    if isinstance(said, Part):
        return not list(_differing(said, found, ()))
    return said == found or found in pages(said)


def _differing_words(said: Words, found: Mapping[str, Any] | None, steps: Steps) -> Iterator[str]:
    """Context may be longer or shorter than what is kept."""
    if found is None:
        yield pointer(*steps)
        return
    for name in ("start", "end", "exact"):
        if getattr(said, name) is not None and getattr(said, name) != found[name]:
            yield pointer(*steps, name)
    before, after = said.prefix or "", said.suffix or ""
    if not (before.endswith(found.get("prefix", "")) or found["prefix"].endswith(before)):
        yield pointer(*steps, "prefix")
    if not (after.startswith(found.get("suffix", "")) or found["suffix"].startswith(after)):
        yield pointer(*steps, "suffix")
