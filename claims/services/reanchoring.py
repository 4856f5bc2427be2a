"""An appearance moves to the latest revision of its document: the same words are found there again, or it stays."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from claims.models import Appearance, Mention, Relay, Segment, Statement
from claims.models.vocabularies import Status
from claims.services.beyond_drafts import ActRefusedError, beyond_drafts
from claims.services.reviewing import check_version
from claims.text.spans import Span, SpanError, check_order, find
from sources.messages import translated
from sources.models import Source, SourceText

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_PLACES = 20  # beyond this, where the words stand is not listed
# Spans are checked against the text as each row is written: all of an appearance move in one command.
_MOVE = """
    WITH segments AS (
        UPDATE claims_segment AS segment
        SET start = moved.start, "end" = moved."end", exact = moved.exact, prefix = moved.prefix, suffix = moved.suffix
        FROM jsonb_to_recordset(%(segments)s::jsonb)
            AS moved (id uuid, start int, "end" int, exact text, prefix text, suffix text)
        WHERE segment.id = moved.id
    ), mentions AS (
        UPDATE claims_mention AS mention
        SET start = moved.start, "end" = moved."end", exact = moved.exact,
            role_start = moved.role_start, role_end = moved.role_end, role_exact = moved.role_exact
        FROM jsonb_to_recordset(%(mentions)s::jsonb)
            AS moved (id uuid, start int, "end" int, exact text, role_start int, role_end int, role_exact text)
        WHERE mention.id = moved.id
    ), relays AS (
        UPDATE claims_relay AS relay SET start = moved.start, "end" = moved."end", exact = moved.exact
        FROM jsonb_to_recordset(%(relays)s::jsonb) AS moved (id uuid, start int, "end" int, exact text)
        WHERE relay.id = moved.id
    )
    UPDATE claims_appearance
    SET source_text_id = %(revision)s, cue_start = %(cue_start)s, cue_end = %(cue_end)s, cue_exact = %(cue_exact)s,
        anchor_state = 'exact'
    WHERE id = %(appearance)s
"""


@dataclass(frozen=True)
class Sought:
    """Words of an appearance, and where they may stand in the latest revision: one place, several, or none."""

    words: str
    places: tuple[Span, ...]
    reason: str = ""


class ReanchorRefusedError(ActRefusedError):
    """The appearance stays where it is; `sought` says of each of its segments where the words were found."""

    def __init__(self, sentence: str, sought: Sequence[Sought] = ()) -> None:
        super().__init__(sentence)
        self.sought = tuple(sought)


@dataclass(frozen=True)
class Reanchored:
    """An appearance in its new place, and the words beside the quote that were not found again and are empty now."""

    appearance: Appearance
    lost: tuple[str, ...] = ()


@dataclass
class ReanchoredSource:
    """What became of the appearances in older revisions of a source; each refusal with its appearance."""

    moved: list[Reanchored] = field(default_factory=list)
    refused: list[tuple[Appearance, ReanchorRefusedError]] = field(default_factory=list)


@transaction.atomic
def reanchor(
    *, appearance_id: UUID, by: "User", spans: Sequence[Span] | None = None, version: int | None = None
) -> Reanchored:
    """Move an appearance to the latest revision of its source, each of its words to where the same words stand.

    Words are in the same place, or where they stand only once, or only once between what was before and behind them;
    anything else is refused, with the places. `spans` settles it by hand, a span for each segment: of the same words,
    or of any where the statement is a draft. The cue and the names printed are found the same way and left empty
    where that fails. `version` is the `Statement.version` that the person read.

    Raise Appearance.DoesNotExist, StaleVersionError, ReanchorRefusedError.
    """
    appearance = _lock(appearance_id, version)
    latest = latest_revision(appearance)
    if latest.pk == appearance.source_text_id and spans is None:
        raise ReanchorRefusedError(_("It stands in the latest revision of its source already."))
    rows = list(appearance.segments.order_by("position"))
    places = _found(rows, latest) if spans is None else _given(rows, latest, spans, appearance.statement)
    beside = _Beside(appearance.source_text.text, latest.text)
    with beyond_drafts("reanchor", by=by):
        Segment.objects.filter(pk__in=[row.pk for row in rows[len(places) :]]).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                _MOVE,
                {
                    "appearance": appearance.pk,
                    "revision": latest.pk,
                    "segments": json.dumps(
                        [
                            {"id": str(row.pk), **_segment(place, latest.text)}
                            for row, place in zip(rows, places, strict=False)
                        ]
                    ),
                    "mentions": json.dumps(
                        [
                            {"id": str(row.pk), **beside.moved(row), **beside.moved(row, "role_")}
                            for row in appearance.mentions.order_by("pk")
                        ]
                    ),
                    "relays": json.dumps(
                        [{"id": str(row.pk), **beside.moved(row)} for row in appearance.relays.order_by("level")]
                    ),
                    **beside.moved(appearance, "cue_"),
                },
            )
        Segment.objects.bulk_create(
            Segment(appearance=appearance, position=position, **_segment(place, latest.text))
            for position, place in enumerate(places[len(rows) :], start=len(rows) + 1)
        )
    return Reanchored(Appearance.objects.select_related("statement").get(pk=appearance.pk), tuple(beside.lost))


@transaction.atomic
def reanchor_all(*, source_id: UUID, by: "User", among: Iterable[UUID] | None = None) -> ReanchoredSource:
    """Move all appearances in older revisions of a source to its latest one; those that cannot be found stay.

    `among` limits it to some of them, by their ids.
    """
    older = in_older_revisions(source_id)
    if among is not None:
        older = older.filter(pk__in=list(among))
    result = ReanchoredSource()
    for appearance in older.order_by("statement", "pk").select_related("statement"):
        try:
            result.moved.append(reanchor(appearance_id=appearance.pk, by=by))
        except ReanchorRefusedError as error:
            result.refused.append((appearance, error))
    return result


def in_older_revisions(source_id: UUID) -> Any:
    """Return the appearances in a source that are not in its latest revision, without the texts."""
    latest = SourceText.objects.filter(source=source_id).order_by("-number").values("pk")[:1]
    return Appearance.objects.filter(source_text__source=source_id).exclude(source_text__in=latest)


def latest_revision(appearance: Appearance) -> SourceText:
    """Return the latest revision of the document that an appearance is in."""
    revisions = SourceText.objects.filter(source=appearance.source_text.source_id)
    return revisions.defer("raw").order_by("-number")[0]


def seek(appearance: Appearance, revision: SourceText) -> list[Sought]:
    """Return where each of its segments may stand in a revision."""
    return [_seek(row, revision.text) for row in appearance.segments.order_by("position")]


def _lock(appearance_id: UUID, version: int | None) -> Appearance:
    """Lock the source, the statement and the appearance, in the order in which a new revision does."""
    found = Appearance.objects.values_list("source_text__source", "statement").filter(pk=appearance_id).first()
    if found is None:
        raise Appearance.DoesNotExist(_("There is no appearance %s.") % appearance_id)
    Source.objects.select_for_update(no_key=True).only("pk").get(pk=found[0])
    statement = Statement.objects.select_for_update(no_key=True).get(pk=found[1])
    check_version(statement, version)
    of_it: Any = Appearance.objects.select_for_update(of=("self",), no_key=True).filter(statement=statement)
    appearance: Appearance = of_it.select_related("source_text").defer("source_text__raw").get(pk=appearance_id)
    appearance.statement = statement
    return appearance


def _found(rows: Sequence[Segment], revision: SourceText) -> list[Span]:
    sought = [_seek(row, revision.text) for row in rows]
    for one in sought:
        if len(one.places) != 1:
            raise ReanchorRefusedError(_not_one_place(one, revision), sought)
    places = [one.places[0] for one in sought]
    try:
        check_order(places)
    except SpanError as error:
        raise ReanchorRefusedError(translated(error), sought) from None
    return places


def _given(rows: Sequence[Segment], revision: SourceText, spans: Sequence[Span], statement: Statement) -> list[Span]:
    """The spans that a person gives, where they select what they may."""
    is_draft = statement.status == Status.DRAFT
    try:
        if not spans:
            raise ReanchorRefusedError(_("An appearance needs the words it quotes."))
        check_order(spans)
        words = [span.words(revision.text) for span in spans]
    except SpanError as error:
        raise ReanchorRefusedError(translated(error)) from None
    if words != [row.exact for row in rows] and not is_draft:
        raise ReanchorRefusedError(
            _("Only a draft can quote other words: select the same words, or withdraw the statement to correct it."),
            [_seek(row, revision.text) for row in rows],
        )
    return list(spans)


def _seek(row: Segment, text: str) -> Sought:
    try:
        place = _place(text, row.exact, row.start, row.prefix, row.suffix)
    except SpanError as error:
        return Sought(row.exact, tuple(_places(text, row.exact)), translated(error))
    return Sought(row.exact, (place,))


def _place(text: str, exact: str, start: int, prefix: str, suffix: str) -> Span:
    """Where the words stand: in the same place, else only there, else only there between what surrounds them."""
    if text.startswith(exact, start):
        return Span(start, start + len(exact))
    try:
        return find(text, exact)
    except SpanError:
        if not prefix and not suffix:
            raise
        return find(text, exact, prefix=prefix, suffix=suffix)


def _places(text: str, exact: str) -> Iterable[Span]:
    start = text.find(exact)
    for _number in range(MAX_PLACES):
        if start < 0:
            return
        yield Span(start, start + len(exact))
        start = text.find(exact, start + 1)


def _not_one_place(sought: Sought, revision: SourceText) -> str:
    if not sought.places:
        return _("Revision %(number)s: %(why)s") % {"number": revision.number, "why": sought.reason}
    return _("“%(words)s” stands in revision %(number)s at %(places)s: say which it is.") % {
        "words": sought.words if len(sought.words) <= 60 else sought.words[:59] + "…",
        "number": revision.number,
        "places": ", ".join(f"{place.start}–{place.end}" for place in sought.places),
    }


def _segment(place: Span, text: str) -> dict[str, Any]:
    return {
        "start": place.start,
        "end": place.end,
        "exact": place.words(text),
        "prefix": place.prefix(text),
        "suffix": place.suffix(text),
    }


class _Beside:
    """Finds what stands beside a quote, the cue and the names, in the new text; keeps in mind what it does not find."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self.lost: list[str] = []

    def moved(self, row: Appearance | Mention | Relay, column: str = "") -> dict[str, Any]:
        """Return the three columns of a span of the row, empty where the words are not found for certain."""
        start, end, exact = (f"{column}{name}" for name in ("start", "end", "exact"))
        empty = {start: None, end: None, exact: ""}
        if getattr(row, start) is None:
            return empty
        span = Span(getattr(row, start), getattr(row, end))
        words = span.words(self.old)
        try:
            place = _place(self.new, words, span.start, span.prefix(self.old), span.suffix(self.old))
        except SpanError:
            self.lost.append(words)
            return empty
        return {start: place.start, end: place.end, exact: words}
