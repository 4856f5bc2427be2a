"""What a version changed, in words for curators: labels of fields and choices, names of rows, words that changed."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Field, PositiveIntegerField, TextField
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.history.names import Names, target_of
from config.history.states import Change, Kind, State

SAME, GONE, NEW = "same", "gone", "new"
#: more words than this are compared as a whole: to compare each with each would take seconds
MOST_WORDS = 1_000

_TOKENS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they are on both sides or on one."""

    text: str
    side: str


@dataclass(frozen=True)
class Line:
    """One difference as it is read: where, what became of it, and what it says, was or is."""

    label: str
    kind: Kind
    pieces: list[Piece] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


def line_of(change: Change, names: Names) -> Line:
    """Return a difference in words, in the reader's language."""
    if change.field is None:
        return Line(label_of(change, names), change.kind, facts=list(_facts(change.row, names, change.whole)))
    old = shown(change.field, change.old, names, change.before)
    new = shown(change.field, change.new, names, change.after)
    is_text = isinstance(change.field, CharField | TextField) and not change.field.choices
    pieces = marked(old, new) if is_text else _whole(old, new)
    return Line(label_of(change, names), change.kind, pieces)


def label_of(change: Change, names: Names) -> str:
    """Return where a change is: the rows around it, the row and the field, as they are called in forms."""
    rows = [*change.owners, *([change.row] if change.row.shape.owner else [])]
    called = [_row_label(one, names, change.whole) for one in rows]
    if change.field is not None:
        called.append(str(change.field.verbose_name))
    return capfirst(" › ".join(called)) or ""


def shown(field: "Field[Any, Any]", value: Any, names: Names, whole: State | None) -> str:
    """Return a value of a field as people read it, empty where there is none.

    A row of the same whole is called by what it says first there: a later state may say another thing.
    """
    if value in (None, "", [], {}):
        return ""
    model = target_of(field)
    if model is not None:
        part = whole.part(model, value) if whole else None
        return names.of(model, value) if part is None else _which(part, names, whole)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dict):
        return "; ".join(f"{language}: {text}" for language, text in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def marked(old: str, new: str) -> list[Piece]:
    """Return two texts as one, with the words that are in one of them only."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if not before or not after or len(before) + len(after) > MOST_WORDS:
        return _whole(old, new)
    pieces = list(_compared(before, after))
    # only the spaces differ
    return pieces if any(piece.side != SAME for piece in pieces) else _whole(old, new)


def _compared(before: list[str], after: list[str]) -> Iterator[Piece]:
    """Words are the same whatever space is behind them."""
    matcher = difflib.SequenceMatcher(
        a=[word.strip() for word in before], b=[word.strip() for word in after], autojunk=False
    )
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("".join(after[first:last]), SAME)
            continue
        if start < end:
            yield Piece("".join(before[start:end]), GONE)
        if first < last:
            yield Piece("".join(after[first:last]), NEW)


def _whole(old: str, new: str) -> list[Piece]:
    return [Piece(text, side) for text, side in ((old, GONE), (new, NEW)) if text]


def _which(row: State, names: Names, whole: State | None) -> str:
    """Which row of its kind it is: what it says first."""
    first, *_others = row.shape.fields
    return shown(first, row.values.get(first.attname), names, whole)


def _row_label(row: State, names: Names, whole: State | None) -> str:
    """What sort of row it is, and which one."""
    which = _which(row, names, whole)
    kind = str(row.shape.model._meta.verbose_name)
    return pgettext("a row and which one", "%(kind)s (%(which)s)") % {"kind": kind, "which": which} if which else kind


def _facts(row: State, names: Names, whole: State | None) -> Iterator[tuple[str, str]]:
    """What a row says, and what the rows in it say, by label."""
    for one in row.shape.fields:
        value = row.values.get(one.attname)
        text = shown(one, value, names, whole)
        if text and value is not False and not _is_an_offset(one) and not is_around(one):
            yield capfirst(str(one.verbose_name)) or "", text
    for rows in row.parts.values():
        for part in rows.values():
            told = ", ".join(f"{label}: {text}" for label, text in _facts(part, names, whole))
            yield capfirst(str(part.shape.model._meta.verbose_name)) or "", told


def is_around(one: "Field[Any, Any]") -> bool:
    """Whether it holds what a document prints before or after quoted words, which nobody enters."""
    return one.name in {"prefix", "suffix"}


def _is_an_offset(one: "Field[Any, Any]") -> bool:
    """Whether it counts characters: the words themselves stand beside it."""
    return isinstance(one, PositiveIntegerField) and one.name.endswith(("start", "end"))
