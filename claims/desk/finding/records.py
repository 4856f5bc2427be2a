"""Finding what a curator types the beginning of: speakers in any spelling, topics, events, roles held.

Each asks a fixed number of questions, whatever is typed and however much is recorded: what an index finds is cut to a
shortlist before anything else is asked of it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.translation import get_language

from claims.desk.models import CastMember
from claims.models import Event, Membership, Speaker, SpeakerSameAs, Statement, StatementTopic, Topic
from claims.models.vocabularies import Status
from claims.text.words import words_of
from sources.models import Source
from sources.models.fields import label_of
from sources.text.urls import sha256

MOST_FOUND = 12
MOST_ROLES = 50
#: of all that an index finds, how many by their own name and how many by another are weighed against each other
SHORTLIST = 60
#: statements of a speaker, topic or event are counted no further
MOST_COUNTED = 1000
#: how many of the latest uses say what is used most
LATEST = 2000
#: how many speakers of the same name are told
MOST_SAME = 5

_WIKIDATA = re.compile(
    r"(?:(?:https?://)?(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]{0,11})/?(?:[#?]\S*)?", re.IGNORECASE
)
_WIKIDATA_PAGES = [
    f"{scheme}://{host}/{path}/"
    for scheme in ("https", "http")
    for host in ("www.wikidata.org", "wikidata.org")
    for path in ("wiki", "entity")
]

# Words in any order, each beginning a word of the name. Other names of the shortlisted are looked at after the cut.
_NAMED = """
    WITH named AS (
        (SELECT id AS speaker, name, name_search = name_vector(%(typed)s) AS is_exact,
            starts_with(sort_name, fold_text(%(typed)s) COLLATE "C") AS begins_so, true AS is_own
        FROM claims_speaker
        WHERE name_search @@ name_query(%(typed)s) AND merged_into_id IS NULL AND (is_public OR %(sees_all)s)
        ORDER BY is_exact DESC, begins_so DESC, is_public DESC, length(name), id LIMIT %(shortlist)s)
        UNION ALL
        (SELECT speaker, name, is_exact, starts_with(fold_text(name), fold_text(%(typed)s)), false
        FROM (
            SELECT speaker_id AS speaker, name, name_search = name_vector(%(typed)s) AS is_exact, id
            FROM claims_speakername WHERE name_search @@ name_query(%(typed)s)
            ORDER BY is_exact DESC, length(name), id LIMIT %(shortlist)s) AS other)
        UNION ALL
        (SELECT id, name, name_search = name_vector(%(typed)s),
            starts_with(sort_name, fold_text(%(typed)s) COLLATE "C"), true
        FROM claims_speaker WHERE id = ANY(%(cast)s::uuid[]) AND name_search @@ name_query(%(typed)s))
        UNION ALL
        (SELECT speaker_id, name, name_search = name_vector(%(typed)s),
            starts_with(fold_text(name), fold_text(%(typed)s)), false
        FROM claims_speakername WHERE speaker_id = ANY(%(cast)s::uuid[]) AND name_search @@ name_query(%(typed)s))
    ), nearest AS (
        SELECT DISTINCT ON (speaker) speaker, name, is_exact, begins_so FROM named
        ORDER BY speaker, is_exact DESC, begins_so DESC, is_own DESC, name
    )
    SELECT speaker.id, nearest.name
    FROM nearest
    JOIN claims_speaker AS speaker ON speaker.id = nearest.speaker AND speaker.merged_into_id IS NULL
        AND (speaker.is_public OR %(sees_all)s)
    CROSS JOIN LATERAL (
        SELECT count(*) FROM (
            SELECT FROM claims_attribution AS part
            JOIN claims_statement AS statement ON statement.id = part.statement_id AND statement.status = 'published'
            WHERE part.speaker_id = speaker.id AND part.kind = 'speaker' LIMIT %(counted)s) AS one) AS said
    ORDER BY array_position(%(cast)s::uuid[], speaker.id), is_exact DESC, begins_so DESC, said.count DESC,
        speaker.sort_name, speaker.id
    LIMIT %(most)s
"""

# Of the same words in the same order, whatever their case and accents.
_SAME_NAME = """
    SELECT DISTINCT ON (speaker) speaker, named.name FROM (
        SELECT id AS speaker, name, 0 AS place FROM claims_speaker, unnest(%(names)s::text[]) AS asked
        WHERE name_search @@ name_query(asked) AND name_search = name_vector(asked)
        UNION ALL
        SELECT speaker_id, name, 1 FROM claims_speakername, unnest(%(names)s::text[]) AS asked
        WHERE name_search @@ name_query(asked) AND name_search = name_vector(asked)
    ) AS named JOIN claims_speaker ON claims_speaker.id = speaker AND merged_into_id IS NULL
    ORDER BY speaker, place, named.name LIMIT %(most)s
"""

_COUNTED = """
    SELECT asked.id, said.count FROM unnest(%(ids)s::uuid[]) AS asked(id) CROSS JOIN LATERAL (
        SELECT count(*) FROM (
            SELECT FROM {table} AS used
            JOIN claims_statement AS statement ON statement.id = used.{statement} AND statement.status = 'published'
            WHERE used.{column} = asked.id {further} LIMIT %(counted)s) AS one) AS said
"""
_BY_SPEAKER = _COUNTED.format(
    table="claims_attribution", statement="statement_id", column="speaker_id", further="AND used.kind = 'speaker'"
)
_BY_TOPIC = _COUNTED.format(table="claims_statementtopic", statement="statement_id", column="topic_id", further="")
_BY_EVENT = _COUNTED.format(table="claims_statement", statement="id", column="event_id", further="")


def find_speakers(typed: str, *, source: Source | None, sees_all: bool) -> list[dict[str, Any]]:
    """Return at most 12 speakers by the beginnings of words of any name, or by Wikidata id, the likeliest first.

    First those of the source's cast, then those of exactly the name, of a name that begins so, and those of whom more
    is published. Nothing typed: the cast by number. With `sees_all`, those too of whom nothing is published.
    """
    cast = cast_of(source) if source else {}
    found = _at_wikidata(typed, sees_all=sees_all) or _named(typed, list(cast), sees_all=sees_all)
    if not typed:
        found = dict.fromkeys(list(cast)[:MOST_FOUND], "")
    return shown(found, cast=cast, source=source)


def same_named(names: Iterable[str]) -> dict[UUID, str]:
    """Return the living speakers, a few at most, one of whose names is one of these, and that name."""
    with connection.cursor() as cursor:
        cursor.execute(_SAME_NAME, {"names": [_plain(one) for one in names], "most": MOST_SAME})
        return dict(cursor.fetchall())


def wikidata_id(typed: str) -> str:
    """Return the id (Q42) that is typed, bare or as an address of its page; empty for anything else."""
    found = _WIKIDATA.fullmatch(typed.strip())
    return found[1].upper() if found else ""


def wikidata_page(number: str) -> str:
    """Return the address by which the record knows a Wikidata id."""
    return f"{_WIKIDATA_PAGES[0]}{number}"


def at_wikidata(number: str) -> UUID | None:
    """Return the living speaker that is this one of Wikidata, however the address of its page is written."""
    pages = [sha256(f"{page}{number}") for page in _WIKIDATA_PAGES]
    speaker = SpeakerSameAs.objects.filter(url_sha256__in=pages).values_list("speaker", flat=True).first()
    return Speaker.objects.living([speaker], only_public=False)[0] if speaker else None


def cast_of(source: Source) -> dict[UUID, int]:
    """Return the numbers of a source's speakers by id, in their order; who was merged has the number as who it is."""
    rows = list(CastMember.objects.filter(source=source).in_order().values_list("speaker", "number"))
    living = Speaker.objects.living([key for key, _number in rows], only_public=False)
    numbers: dict[UUID, int] = {}
    for key, (_speaker, number) in zip(living, rows, strict=True):
        numbers.setdefault(key, number)
    return numbers


def shown(found: Mapping[UUID, str], *, cast: Mapping[UUID, int], source: Source | None = None) -> list[dict[str, Any]]:
    """Return speakers as they are offered, in the order given; each with the name that matched, empty for its own."""
    speakers = Speaker.objects.prefetch_related("same_as").in_bulk(found)
    held = _held(source, found)
    said = _counts(_BY_SPEAKER, found)
    return [
        {
            "id": str(key),
            "name": speaker.name,
            "note": speaker.note,
            "type": speaker.type,
            "role": str(held[key].role) if key in held else "",
            "organization": _organization(held.get(key)),
            "matched": name or speaker.name,
            "wikidata": next((number for page in speaker.same_as.all() if (number := wikidata_id(str(page.url)))), ""),
            "number": cast.get(key),
            "statements": said[key],
        }
        for key, name in found.items()
        if (speaker := speakers.get(key)) is not None
    ]


def find_topics(typed: str, *, sees_all: bool) -> list[dict[str, Any]]:
    """Return at most 12 topics by the beginnings of a label's words, in any language; nothing typed: those in use."""
    topics: Any = Topic.objects.live() if sees_all else Topic.objects.published()
    if typed:
        rows = list(topics.named(typed).select_related("broader").order_by("-is_public", "-id")[:SHORTLIST])
    else:
        uses = StatementTopic.objects.filter(statement__status=Status.PUBLISHED).order_by("-id").values("topic")
        rows = _in_use(topics.select_related("broader"), [row["topic"] for row in uses[:LATEST]])
    said = _counts(_BY_TOPIC, [row.pk for row in rows])
    language = get_language()
    found = [
        {
            "id": str(row.pk),
            "name": str(row),
            "matched": _label_of(row, typed, language),
            "broader": str(row.broader) if row.broader else "",
            "statements": said[row.pk],
        }
        for row in rows
    ]
    return _best(found, typed)


def find_events(typed: str, *, sees_all: bool) -> list[dict[str, Any]]:
    """Return at most 12 events by the beginnings of their name's words; nothing typed: those in use."""
    events: Any = Event.objects.all() if sees_all else Event.objects.published()
    if typed:
        rows = list(events.named(typed).order_by(F("date_earliest").desc(nulls_last=True), "-id")[:SHORTLIST])
    else:
        uses = Statement.objects.published().filter(event__isnull=False).order_by("-id").values("event")
        rows = _in_use(events, [row["event"] for row in uses[:LATEST]])
    said = _counts(_BY_EVENT, [row.pk for row in rows])
    found = [
        {
            "id": str(row.pk),
            "name": row.name,
            "matched": row.name,
            "type": row.type,
            "date": row.date,
            "location": row.location,
            "statements": said[row.pk],
        }
        for row in rows
    ]
    return _best(found, typed)


def find_roles(speaker: UUID, *, sees_all: bool) -> list[dict[str, Any]]:
    """Return the roles that a speaker held, the latest first; of a merged one, those of the one it was merged into."""
    (living,) = Speaker.objects.living([speaker], only_public=not sees_all)
    held = Membership.objects.all() if sees_all else Membership.objects.published()
    rows = held.filter(speaker=living).select_related("role", "organization")
    return [
        {
            "id": str(row.pk),
            "role": str(row.role),
            "organization": _organization(row),
            "start": row.start,
            "end": row.end,
            "label": role_label(row),
        }
        for row in rows.order_by(F("start_earliest").desc(nulls_last=True), "-id")[:MOST_ROLES]
    ]


def role_label(held: Membership) -> str:
    """Return a role held as one line: “spokesperson, White House (2022–2025)”."""
    where = f", {held.organization.name}" if held.organization else ""
    when = f" ({held.start or '…'}–{held.end or '…'})" if held.start or held.end else ""
    return f"{held.role}{where}{when}"


def _named(typed: str, cast: Sequence[UUID], *, sees_all: bool) -> dict[UUID, str]:
    if not typed:
        return {}
    asked: dict[str, Any] = {
        "typed": _plain(typed),
        "cast": list(cast),
        "sees_all": sees_all,
        "shortlist": SHORTLIST,
        "counted": MOST_COUNTED,
        "most": MOST_FOUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, asked)
        return dict(cursor.fetchall())


def _at_wikidata(typed: str, *, sees_all: bool) -> dict[UUID, str]:
    number = wikidata_id(typed)
    speaker = at_wikidata(number) if number else None
    if speaker is None or not (sees_all or Speaker.objects.published().filter(pk=speaker).exists()):
        return {}
    return {speaker: ""}


def _held(source: Source | None, speakers: Iterable[UUID]) -> dict[UUID, Membership]:
    """The role each held at the source's date, of several the one that began last; without a date, the last of all."""
    rows = Membership.objects.filter(speaker__in=list(speakers)).select_related("role", "organization")
    if source and source.published_earliest and source.published_latest:
        rows = rows.as_of(source.published_earliest, source.published_latest)
    return {row.speaker_id: row for row in rows.order_by(F("start_earliest").asc(nulls_first=True), "id")}


def _organization(held: Membership | None) -> str:
    return held.organization.name if held and held.organization else ""


def _counts(query: str, ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many published statements there are of each, counted up to MOST_COUNTED."""
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": list(ids), "counted": MOST_COUNTED})
        return dict(cursor.fetchall())


def _in_use(rows: QuerySet[Any], uses: Sequence[UUID]) -> list[Any]:
    """Those used most of late, and the newest where there are few."""
    counts: dict[UUID, int] = {}
    for key in uses:
        counts[key] = counts.get(key, 0) + 1
    keys = sorted(counts, key=lambda key: -counts[key])[:MOST_FOUND]
    found = rows.in_bulk(keys)
    newest = [row for row in rows.order_by("-id")[:MOST_FOUND] if row.pk not in found]
    return [*(found[key] for key in keys if key in found), *newest][:MOST_FOUND]


def _best(found: list[dict[str, Any]], typed: str) -> list[dict[str, Any]]:
    """Sort by how near the name that matched is to what was typed, then by use; as they are, where nothing was."""
    if typed:
        asked = words_of(typed).keys
        found.sort(key=lambda one: (*_distance(asked, one["matched"]), -one["statements"], one["name"]))
    return found[:MOST_FOUND]


def _distance(asked: tuple[str, ...], name: str) -> tuple[bool, bool]:
    """Whether a name is another one, and whether it begins otherwise."""
    keys = words_of(name).keys
    return keys != asked, not " ".join(keys).startswith(" ".join(asked))


def _label_of(topic: Topic, typed: str, language: str | None) -> str:
    """The label in which all words typed begin words: the reader's, or the first in another language."""
    asked = words_of(typed).keys
    own: str = label_of(topic.labels, language)
    labels: list[str] = [own, *topic.labels.values()]
    for label in labels:
        keys = words_of(label).keys
        if all(any(key.startswith(word) for key in keys) for word in asked):
            return label
    return own


def _plain(typed: str) -> str:
    """What PostgreSQL can hold."""
    return typed.replace("\0", "")[:256]
