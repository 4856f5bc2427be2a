"""What is recorded of statements in one text, read back as Forms, in a fixed number of queries."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from claims.desk.models import Link
from claims.models import Appearance, Relation, Speaker
from claims.models.vocabularies import RelationType
from claims.services.recording import JOINED
from claims.text.spans import Span

Form = dict[str, Any]
_LINE_BREAKS = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_PARTS = (
    "segments",
    "mentions",
    "relays",
    "statement__attributions",
    "statement__wordings",
    "statement__statementtopic_set",
)


def quoted_words(words: Iterable[str]) -> str:
    """Return the quoted words of segments as a wording: joined, and without line breaks."""
    return _LINE_BREAKS.sub(" ", JOINED.join(words))


def follows(wording: Any, appearance: Appearance) -> bool:
    """Whether a wording is nothing but the words that an appearance quotes."""
    exact = [one.exact for one in appearance.segments.all()]
    is_plain = not wording.is_original and not wording.translator and wording.language == appearance.language
    return is_plain and wording.text in {JOINED.join(exact), quoted_words(exact)}


def forms_of(appearances: Sequence[Appearance], *, among: Collection[UUID]) -> dict[UUID, Form]:
    """Return the Form of each appearance with its statement; what reports it is looked for `among` these statements."""
    prefetch_related_objects(appearances, *_PARTS)
    statements = [one.statement_id for one in appearances]
    reports = Relation.objects.filter(type=RelationType.REPORTS, other__in=statements, statement__in=among)
    inside: dict[UUID, UUID] = {}
    for outer, inner in reports.order_by("id").values_list("statement", "other"):
        inside.setdefault(inner, outer)
    links = dict(Link.objects.filter(statement__in=statements).values_list("statement", "same_as"))
    return {
        one.pk: {
            **_of_appearance(one),
            **_of_statement(one),
            "inside": _text(inside.get(one.statement_id)),
            "same_as": _text(links.get(one.statement_id)),
        }
        for one in appearances
    }


def _of_appearance(appearance: Appearance) -> Form:
    mentions = {one.attribution_id: one for one in appearance.mentions.all()}
    speakers = []
    for row in appearance.statement.attributions.all():
        printed = mentions.get(row.pk)
        speakers.append(
            {
                "id": str(row.speaker_id),
                "kind": row.kind,
                "certainty": row.certainty,
                "membership": _text(row.membership_id),
                "mention": _pair(printed.start, printed.end) if printed else None,
                "role": _pair(printed.role_start, printed.role_end) if printed else None,
            }
        )
    return {
        "segments": [[one.start, one.end] for one in appearance.segments.all()],
        "quotation_type": appearance.quotation_type,
        "is_headline": appearance.is_headline,
        "cue": _pair(appearance.cue_start, appearance.cue_end),
        "speakers": speakers,
        "relays": [
            {"id": str(one.speaker_id), "mention": _pair(one.start, one.end)} for one in appearance.relays.all()
        ],
    }


def _of_statement(appearance: Appearance) -> Form:
    statement = appearance.statement
    wordings = list(statement.wordings.all())
    form: Form = {
        "act": statement.act,
        "attitude": statement.attitude,
        "intensity": statement.intensity,
        "intensity_phrase": statement.intensity_phrase,
        "said_at": statement.said_at,
        "said_at_text": statement.said_at_text,
        "said_at_basis": statement.said_at_basis or None,
        "event": _text(statement.event_id),
        "topics": [str(one.topic_id) for one in statement.statementtopic_set.all()],
    }
    if len(wordings) != 1 or not follows(wordings[0], appearance):
        form["wordings"] = [
            {
                "language": one.language,
                "text": one.text,
                "is_original": one.is_original,
                "translator": one.translator,
            }
            for one in wordings
        ]
    return form


def living_forms(forms: Sequence[Form]) -> list[Form]:
    """Return Forms in which speakers who were merged since are those they were merged into, each once."""
    named = {
        UUID(one["id"])
        for form in forms
        for name in ("speakers", "relays")
        for one in form.get(name) or ()
        if one.get("id")
    }
    order = sorted(named)
    now = dict(zip(map(str, order), map(str, Speaker.objects.all().living(order, only_public=False)), strict=True))
    if all(key == other for key, other in now.items()):
        return list(forms)
    return [_with_living(form, now) for form in forms]


def _with_living(form: Form, now: dict[str, str]) -> Form:
    changed = dict(form)
    for name in ("speakers", "relays"):
        if name not in form:
            continue
        rows, seen = [], set()
        for one in form[name] or ():
            key = now.get(one["id"], one["id"]) if one.get("id") else None
            moved = {**one, "id": key}
            if key != one.get("id"):
                moved.pop("membership", None)
            place = (key, one.get("kind", "speaker"))
            if key is None or place not in seen:
                rows.append(moved)
            seen.add(place)
        changed[name] = rows
    return changed


def hull_of(segments: Sequence[Sequence[int]]) -> Span:
    """Return the span from the first segment's beginning to the last one's end."""
    return Span(segments[0][0], segments[-1][1])


def _pair(start: int | None, end: int | None) -> list[int] | None:
    return None if start is None or end is None else [start, end]


def _text(key: UUID | None) -> str | None:
    return str(key) if key else None
