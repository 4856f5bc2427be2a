"""What each kind of line but statements is in the database: how it is known again, and the rows it becomes."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from claims.exchange.lines import (
    ClaimLine,
    EventLine,
    IntensityPhraseLine,
    Line,
    MembershipLine,
    PublisherLine,
    RelationLine,
    ReviewLine,
    RoleLine,
    SourceLine,
    SourceTextLine,
    SpeakerLine,
    TopicLine,
)
from claims.exchange.reading import LineError, Problem
from claims.exchange.references import by_address, by_name, by_same_as, by_words
from claims.models import (
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Relation,
    Review,
    Role,
    Speaker,
    SpeakerName,
    SpeakerSameAs,
    Topic,
    TopicSameAs,
)
from claims.text.intensity import fold
from sources.messages import translated
from sources.models import Publisher, PublisherSameAs, Source, SourceText
from sources.text.decoding import TextError, check_characters, decode

Found = list[set[UUID]]

#: letters that the database folds and Unicode does not decompose
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ħ": "h", "œ": "oe", "æ": "ae", "ß": "ss", "þ": "th"})


def known(lines: Sequence[Line]) -> Found:
    """Return for each line (all of one kind) the rows that it may be, other than by its id.

    By what is unique in the world, such as an address, for all; by names and the like for lines without id alone.
    """
    record = lines[0].record
    found = _BY_IDENTITY[record](lines) if record in _BY_IDENTITY else [set() for _line in lines]
    unknown = [place for place, line in enumerate(lines) if line.id is None and not found[place]]
    if unknown and record in _BY_CONTENT:
        by_content = _BY_CONTENT[record]([lines[place] for place in unknown])
        for place, ids in zip(unknown, by_content, strict=True):
            found[place] = ids
    return found


def names_of(line: Line) -> frozenset[str]:
    """Return what a line may be known by, folded at least as far as the database folds it."""
    if isinstance(line, SourceLine):
        return frozenset([hashlib.sha256(line.text.encode()).hexdigest()] if line.text and not line.url else [])
    labels = line.labels if isinstance(line, RoleLine | TopicLine) else getattr(line, "text", None)
    texts = labels.values() if isinstance(labels, dict) else [getattr(line, "name", None)]
    return frozenset(_folded(one) for one in texts if one is not None)


def office(line: Any) -> tuple[Any, ...]:
    """Return what tells one membership from another."""
    return line.speaker, line.role, line.organization, line.start, line.end


def _folded(name: str) -> str:
    plain = fold(name).translate(_LETTERS)
    return "".join(one for one in plain if one.isalnum()) or plain.strip()


def rows_of(line: Line, pk: UUID) -> list[Model]:
    """Return the rows of a new line, in an order in which they can be stored; raise LineError."""
    return _ROWS[line.record](line, pk)


def store(rows: Iterable[Model]) -> None:
    """Store rows of several kinds, each kind in one query, kinds in the order in which they first come."""
    by_model: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, some in by_model.items():
        model._default_manager.bulk_create(some)


# How lines are known again


def _of_registers(lines: Sequence[Any]) -> Found:
    """By own address and pages in other registers."""
    record = lines[0].record
    addresses = {_own_address(line) for line in lines} - {None}
    at = by_address(record, cast("set[str]", addresses))
    same = by_same_as(record, {page for line in lines for page in getattr(line, "same_as", [])})
    found = []
    for line in lines:
        ids = set(at.get(_own_address(line) or "", set()))
        for page in getattr(line, "same_as", []):
            ids |= same.get(page, set())
        found.append(ids)
    return found


def _own_address(line: Any) -> str | None:
    return cast("str | None", getattr(line, "homepage", None) or getattr(line, "url", None))


def _source_texts(lines: Sequence[SourceTextLine]) -> Found:
    sources = {UUID(line.source) for line in lines}
    there = {
        (source, number): pk
        for pk, source, number in SourceText.objects.filter(source__in=sources).values_list("pk", "source_id", "number")
    }
    return _looked_up(there, [(UUID(line.source), line.number) for line in lines])


def _relations(lines: Sequence[RelationLine]) -> Found:
    rows = Relation.objects.filter(statement__in={UUID(line.statement) for line in lines}).order_by()
    there = {(one, kind, other): pk for pk, one, kind, other in rows.values_list("pk", "statement", "type", "other")}
    return _looked_up(there, [(UUID(line.statement), line.type, UUID(line.other)) for line in lines])


def _intensity_phrases(lines: Sequence[IntensityPhraseLine]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT typed.language, typed.phrase, row.id"
            " FROM unnest(%s::text[], %s::text[]) AS typed (language, phrase)"
            " JOIN claims_intensityphrase AS row"
            " ON row.language = typed.language AND row.folded = fold_text(typed.phrase)",
            [[line.language for line in lines], [line.phrase for line in lines]],
        )
        there = {(language, phrase): pk for language, phrase, pk in cursor.fetchall()}
    return _looked_up(there, [(line.language, line.phrase) for line in lines])


def _looked_up(there: dict[Any, UUID], keys: Iterable[Any]) -> Found:
    return [{there[key]} if key in there else set() for key in keys]


def _publishers_by_name(lines: Sequence[PublisherLine]) -> Found:
    found = by_name("publisher", {line.name for line in lines})
    return [found.get(line.name, set()) for line in lines]


def _sources_by_words(lines: Sequence[SourceLine]) -> Found:
    digests = [hashlib.sha256(line.text.encode()).digest() if line.text and not line.url else None for line in lines]
    found = by_words([one for one in digests if one])
    return [found.get(one, set()) if one else set() for one in digests]


def _speakers_by_name(lines: Sequence[SpeakerLine]) -> Found:
    """By main name and note; those merged into others only where the line says so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT typed, row.note, row.merged_into_id IS NOT NULL, row.id FROM unnest(%s::text[]) AS typed"
            " JOIN claims_speaker AS row ON row.sort_name = fold_text(typed)",
            [list({line.name for line in lines})],
        )
        there: dict[tuple[str, str, bool], set[UUID]] = {}
        for name, note, is_merged, pk in cursor.fetchall():
            there.setdefault((name, note, is_merged), set()).add(pk)
    return [there.get((line.name, line.note or "", line.merged_into is not None), set()) for line in lines]


def _roles_by_labels(lines: Sequence[RoleLine]) -> Found:
    return [
        set(Role.objects.filter(category=line.category, labels__contains=line.labels).values_list("pk", flat=True))
        for line in lines
    ]


def _topics_by_labels(lines: Sequence[TopicLine]) -> Found:
    """Those merged into others only where the line says so."""
    return [
        set(
            Topic.objects.filter(
                labels__contains=line.labels, merged_into__isnull=line.merged_into is None
            ).values_list("pk", flat=True)
        )
        for line in lines
    ]


def _claims_by_text(lines: Sequence[ClaimLine]) -> Found:
    return [set(Claim.objects.filter(text__contains=line.text).values_list("pk", flat=True)) for line in lines]


def _events_by_name(lines: Sequence[EventLine]) -> Found:
    found = by_name("event", {line.name for line in lines})
    dates = dict(Event.objects.filter(pk__in=set().union(*found.values())).values_list("pk", "date"))
    return [{pk for pk in found.get(line.name, set()) if dates[pk] == line.date} for line in lines]


def _memberships_by_office(lines: Sequence[MembershipLine]) -> Found:
    return [
        set(
            Membership.objects.filter(
                speaker=UUID(line.speaker),
                role=UUID(line.role),
                organization=UUID(line.organization) if line.organization else None,
                start=line.start,
                end=line.end,
            ).values_list("pk", flat=True)
        )
        for line in lines
    ]


_BY_IDENTITY: dict[str, Callable[[Any], Found]] = {
    "publisher": _of_registers,
    "source": _of_registers,
    "source_text": _source_texts,
    "speaker": _of_registers,
    "topic": _of_registers,
    "review": _of_registers,
    "intensity_phrase": _intensity_phrases,
    "relation": _relations,
}
_BY_CONTENT: dict[str, Callable[[Any], Found]] = {
    "publisher": _publishers_by_name,
    "source": _sources_by_words,
    "speaker": _speakers_by_name,
    "role": _roles_by_labels,
    "membership": _memberships_by_office,
    "event": _events_by_name,
    "topic": _topics_by_labels,
    "claim": _claims_by_text,
}


# The rows that lines become


def _publisher(line: PublisherLine, pk: UUID) -> list[Model]:
    row = Publisher(id=pk, name=line.name, kind=line.kind, country=line.country or "", homepage=line.homepage)
    return [row, *(PublisherSameAs(publisher=row, url=url) for url in line.same_as)]


def _source(line: SourceLine, pk: UUID) -> list[Model]:
    row = Source(
        id=pk,
        type=line.type,
        title=line.title,
        url=line.url,
        publisher_id=line.publisher,
        agency_id=line.agency,
        copy_of_id=line.copy_of,
        authors=line.authors,
        translator=line.translator or "",
        language=line.language,
        published_at=line.published_at,
        retrieved_at=datetime.fromisoformat(line.retrieved_at) if line.retrieved_at else None,
        archived_at=line.archived_at,
        licence=line.licence,
    )
    if line.text is None:
        return [row]
    _check_characters(line.text, "/text")
    return [row, SourceText(source=row, text=line.text, raw=line.text.encode("utf-8"))]


def _source_text(line: SourceTextLine, pk: UUID) -> list[Model]:
    if line.text is None:
        sentence = _("It is missing. A public export leaves out words whose licence is not open: import them first.")
        raise LineError(Problem("/text", sentence))
    _check_characters(line.text, "/text")
    if line.sha256 is not None and line.sha256 != hashlib.sha256(line.text.encode("utf-8")).hexdigest():
        raise LineError(Problem("/sha256", _("It is not the SHA-256 of the text in UTF-8.")))
    raw = line.raw if line.raw is not None else line.text.encode("utf-8")
    if line.media_type == "text/plain" and (line.raw is not None or line.encoding != "utf-8"):
        _check_raw(line, raw)
    return [
        SourceText(
            id=pk,
            source_id=line.source,
            number=line.number,
            raw=raw,
            media_type=line.media_type,
            encoding=line.encoding,
            text=line.text,
        )
    ]


def _check_characters(text: str, pointer: str) -> None:
    try:
        check_characters(text)
    except TextError as error:
        raise LineError(Problem(pointer, translated(error))) from None


def _check_raw(line: SourceTextLine, raw: bytes) -> None:
    field = "raw" if line.raw is not None else "encoding"
    try:
        is_same = decode(raw, line.encoding) == line.text
    except TextError as error:
        raise LineError(Problem(f"/{field}", translated(error))) from None
    if not is_same and line.raw is None:
        sentence = _("In this encoding the text in UTF-8 would be other words: give the bytes (raw).")
        raise LineError(Problem("/encoding", sentence))
    if not is_same:
        raise LineError(Problem("/raw", _("These bytes are other words than the text.")))


def _speaker(line: SpeakerLine, pk: UUID) -> list[Model]:
    row = Speaker(
        id=pk,
        type=line.type,
        is_named=line.is_named,
        name=line.name,
        country=line.country or "",
        part_of_id=line.part_of,
        merged_into_id=line.merged_into,
        note=line.note or "",
    )
    names = [SpeakerName(speaker=row, name=one.name, language=one.language or "", kind=one.kind) for one in line.names]
    return [row, *names, *(SpeakerSameAs(speaker=row, url=url) for url in line.same_as)]


def _role(line: RoleLine, pk: UUID) -> list[Model]:
    return [Role(id=pk, category=line.category, labels=line.labels)]


def _membership(line: MembershipLine, pk: UUID) -> list[Model]:
    return [
        Membership(
            id=pk,
            speaker_id=line.speaker,
            role_id=line.role,
            organization_id=line.organization,
            start=line.start,
            end=line.end,
        )
    ]


def _event(line: EventLine, pk: UUID) -> list[Model]:
    return [Event(id=pk, name=line.name, type=line.type, location=line.location or "", date=line.date)]


def _topic(line: TopicLine, pk: UUID) -> list[Model]:
    row = Topic(id=pk, labels=line.labels, broader_id=line.broader, merged_into_id=line.merged_into)
    return [row, *(TopicSameAs(topic=row, url=url) for url in line.same_as)]


def _claim(line: ClaimLine, pk: UUID) -> list[Model]:
    return [Claim(id=pk, text=line.text)]


def _review(line: ReviewLine, pk: UUID) -> list[Model]:
    return [
        Review(
            id=pk,
            claim_id=line.claim,
            publisher_id=line.publisher,
            url=line.url,
            rating=line.rating,
            claim_reviewed=line.claim_reviewed,
            reviewed_at=line.reviewed_at,
        )
    ]


def _intensity_phrase(line: IntensityPhraseLine, pk: UUID) -> list[Model]:
    return [IntensityPhrase(id=pk, language=line.language, phrase=line.phrase, intensity=line.intensity)]


def _relation(line: RelationLine, pk: UUID) -> list[Model]:
    return [Relation(id=pk, statement_id=line.statement, type=line.type, other_id=line.other)]


_ROWS: dict[str, Callable[[Any, UUID], list[Model]]] = {
    "publisher": _publisher,
    "source": _source,
    "source_text": _source_text,
    "speaker": _speaker,
    "role": _role,
    "membership": _membership,
    "event": _event,
    "topic": _topic,
    "claim": _claim,
    "review": _review,
    "intensity_phrase": _intensity_phrase,
    "relation": _relation,
}
