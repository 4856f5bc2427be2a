"""From rows to lines: each record as the dataset format has it, keys in the order of `claims.exchange.lines`."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet

from claims.exchange.references import MODELS
from claims.exchange.values import written_instant
from claims.models import (
    Appearance,
    Claim,
    Event,
    IntensityPhrase,
    Membership,
    Mention,
    Relation,
    Relay,
    Review,
    Role,
    Segment,
    Speaker,
    Statement,
    StatementTopic,
    Topic,
)
from claims.models.vocabularies import Status
from sources.models import Publisher, Source, SourceText

Written = dict[str, Any]


def written(line: Mapping[str, Any]) -> str:
    """Return the line as the file has it, without the line feed: compact JSON, characters as they are."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def lines_of(record: str, ids: Iterable[UUID], *, public: bool = False) -> Iterator[Written]:
    """Yield the lines of the rows with these ids, in this order; with `public`, without what the public may not see."""
    order = list(ids)
    rows = {row.pk: row for row in _fetched(record).filter(pk__in=order)}
    write = _WRITERS[record]
    for pk in order:
        yield write(rows[pk], public)


def _fetched(record: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = MODELS[record]._default_manager.order_by()
    if record == "statement":
        return rows.prefetch_related(
            "wordings",
            "attributions",
            Prefetch("statementtopic_set", StatementTopic.objects.order_by("topic_id")),
            Prefetch(
                "appearances",
                Appearance.objects.select_related("source_text").defer("source_text__raw", "source_text__text"),
            ),
            "appearances__segments",
            # in the order of the attributions they are of
            Prefetch("appearances__mentions", Mention.objects.select_related("attribution").order_by("attribution_id")),
            "appearances__relays",
            "positions",
        )
    related = {
        "publisher": ["same_as"],
        "speaker": ["names", "same_as"],
        "topic": ["same_as"],
        "source": ["copy_of"],
        "source_text": ["source"],
        "membership": ["organization"],
    }
    return rows.prefetch_related(*related.get(record, []))


def _id(value: UUID | None) -> str | None:
    return str(value) if value is not None else None


def _publisher(row: Publisher, _public: bool) -> Written:
    return {
        "record": "publisher",
        "id": str(row.pk),
        "name": row.name,
        "kind": row.kind,
        "country": row.country or None,
        "homepage": row.homepage,
        "same_as": [one.url for one in row.same_as.all()],
    }


def _source(row: Source, public: bool) -> Written:
    copied = row.copy_of if row.copy_of and (row.copy_of.is_public or not public) else None
    return {
        "record": "source",
        "id": str(row.pk),
        "type": row.type,
        "title": row.title,
        "url": row.url,
        "publisher": _id(row.publisher_id),
        "agency": _id(row.agency_id),
        "copy_of": _id(copied.pk if copied else None),
        "authors": row.authors,
        "translator": row.translator or None,
        "language": row.language,
        "published_at": row.published_at,
        "retrieved_at": written_instant(row.retrieved_at) if row.retrieved_at else None,
        "archived_at": row.archived_at,
        "licence": row.licence,
    }


def _source_text(row: SourceText, public: bool) -> Written:
    is_open = not public or row.source.has_open_licence
    raw = bytes(row.raw)
    is_plain = raw == row.text.encode("utf-8")
    return {
        "record": "source_text",
        "id": str(row.pk),
        "source": str(row.source_id),
        "number": row.number,
        "media_type": row.media_type,
        "encoding": row.encoding,
        "text": row.text if is_open else None,
        "raw": base64.b64encode(raw).decode("ascii") if is_open and not is_plain else None,
        "sha256": bytes(row.sha256 or b"").hex(),
    }


def _speaker(row: Speaker, _public: bool) -> Written:
    return {
        "record": "speaker",
        "id": str(row.pk),
        "type": row.type,
        "is_named": row.is_named,
        "name": row.name,
        "country": row.country or None,
        "part_of": _id(row.part_of_id),
        "merged_into": _id(row.merged_into_id),
        "note": row.note or None,
        "names": [{"name": one.name, "language": one.language or None, "kind": one.kind} for one in row.names.all()],
        "same_as": [one.url for one in row.same_as.all()],
    }


def _role(row: Role, _public: bool) -> Written:
    return {"record": "role", "id": str(row.pk), "category": row.category, "labels": _labels(row.labels)}


def _membership(row: Membership, public: bool) -> Written:
    is_shown = row.organization is not None and (row.organization.is_public or not public)
    return {
        "record": "membership",
        "id": str(row.pk),
        "speaker": str(row.speaker_id),
        "role": str(row.role_id),
        "organization": _id(row.organization_id) if is_shown else None,
        "start": row.start,
        "end": row.end,
    }


def _event(row: Event, _public: bool) -> Written:
    return {
        "record": "event",
        "id": str(row.pk),
        "name": row.name,
        "type": row.type,
        "location": row.location or None,
        "date": row.date,
    }


def _topic(row: Topic, _public: bool) -> Written:
    return {
        "record": "topic",
        "id": str(row.pk),
        "labels": _labels(row.labels),
        "broader": _id(row.broader_id),
        "merged_into": _id(row.merged_into_id),
        "same_as": [one.url for one in row.same_as.all()],
    }


def _claim(row: Claim, _public: bool) -> Written:
    return {"record": "claim", "id": str(row.pk), "text": _labels(row.text)}


def _review(row: Review, _public: bool) -> Written:
    return {
        "record": "review",
        "id": str(row.pk),
        "claim": str(row.claim_id),
        "publisher": str(row.publisher_id),
        "url": row.url,
        "rating": row.rating,
        "claim_reviewed": row.claim_reviewed,
        "reviewed_at": row.reviewed_at,
    }


def _intensity_phrase(row: IntensityPhrase, _public: bool) -> Written:
    return {
        "record": "intensity_phrase",
        "id": str(row.pk),
        "language": row.language,
        "phrase": row.phrase,
        "intensity": row.intensity,
    }


def _statement(row: Statement, public: bool) -> Written:
    # What is corrected to be published anew is still withdrawn for everybody else.
    status = row.status if row.published_at is None or row.status == Status.PUBLISHED else Status.WITHDRAWN
    return {
        "record": "statement",
        "id": str(row.pk),
        "status": status,
        "said_at": row.said_at,
        "said_at_text": row.said_at_text or None,
        "said_at_basis": row.said_at_basis or None,
        "event": _id(row.event_id),
        "act": row.act,
        "cameo": row.cameo or None,
        "attitude": row.attitude,
        "intensity": row.intensity,
        "intensity_phrase": row.intensity_phrase or None,
        "topics": [str(one.topic_id) for one in row.statementtopic_set.all()],
        "wordings": [
            {
                "language": one.language,
                "text": one.text,
                "is_original": one.is_original,
                "translator": one.translator or None,
            }
            for one in row.wordings.all()
        ],
        "attributions": [
            {
                "speaker": str(one.speaker_id),
                "kind": one.kind,
                "certainty": one.certainty,
                "membership": _id(one.membership_id),
            }
            for one in row.attributions.all()
        ],
        "appearances": [_appearance(one) for one in row.appearances.all()],
        "positions": [{"claim": str(one.claim_id), "stance": one.stance} for one in row.positions.all()],
        "is_self_reviewed": row.is_self_reviewed,
        "published_at": written_instant(row.published_at) if row.published_at else None,
        "returned_reason": None if public or status == Status.WITHDRAWN else row.returned_reason or None,
        "withdrawn_reason": row.withdrawn_reason or None,
    }


def _appearance(row: Appearance) -> Written:
    return {
        "id": str(row.pk),
        "source": str(row.source_text.source_id),
        "revision": row.source_text.number,
        "quotation_type": row.quotation_type,
        "language": row.language,
        "is_headline": row.is_headline,
        "segments": [_segment(one) for one in row.segments.all()],
        "cue": _words(row, "cue_"),
        "mentions": [_mention(one) for one in row.mentions.all() if one.exact or one.role_exact],
        "relays": [_relay(one) for one in row.relays.all()],
    }


def _segment(row: Segment) -> Written:
    return {"start": row.start, "end": row.end, "exact": row.exact, "prefix": row.prefix, "suffix": row.suffix}


def _mention(row: Mention) -> Written:
    return {
        "speaker": str(row.attribution.speaker_id),
        "kind": row.attribution.kind,
        "name": _words(row),
        "role": _words(row, "role_"),
    }


def _relay(row: Relay) -> Written:
    return {"speaker": str(row.speaker_id), "mention": _words(row)}


def _words(row: Model, prefix: str = "") -> Written | None:
    found = {name: getattr(row, prefix + name) for name in ("start", "end", "exact")}
    return found if found["start"] is not None else None


def _labels(labels: Mapping[str, str]) -> Written:
    return dict(sorted(labels.items()))


def _relation(row: Relation, _public: bool) -> Written:
    return {
        "record": "relation",
        "id": str(row.pk),
        "statement": str(row.statement_id),
        "type": row.type,
        "other": str(row.other_id),
    }


_WRITERS: dict[str, Callable[[Any, bool], Written]] = {
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
    "statement": _statement,
    "relation": _relation,
}
