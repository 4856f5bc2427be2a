"""Finding the same statement: by who says it, in which words, when; or by words that somebody types."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField
from django.db.models import DateField, F, Func, Prefetch, Value
from django.db.models.functions import Greatest

from claims.models import Appearance, Attribution, Segment, Statement, StatementSearch
from claims.models.vocabularies import AttributionKind, Status
from claims.proposals.models import Candidate
from claims.querysets import StatementQuerySet
from claims.querysets.search import Rank, SearchQuery
from claims.services.recording import JOINED
from claims.services.rights import seen_statements
from claims.statement_filters import SEARCHED
from claims.text.words import Words, weight_of, words_of
from config.access.permissions import Access
from config.http import searches
from sources.models import Source, SourceText
from sources.querysets import Matches
from sources.text import partial_dates

MOST_STATEMENTS = 10
#: of what the speakers said, how many are compared, those nearest in date; of what has some of the words, how many
NEAREST, LIKELIEST = 120, 60
#: of what has some of the words, and of what fits a query, how many of the newest are ranked
MOST_RANKED = 2000
#: of the words, how many are looked for: the longest, which are the rarest as a rule
MOST_WORDS = 10
#: this share of the words of the shorter one must stand in the other
LEAST_ALIKE = 0.4
#: what the same speakers said within so many days may be the same in other words, or in another language
DAYS_APART = 3
#: how much likeness of words, all speakers being the same, and nearness in time count
WORTH_WORDS, WORTH_SPEAKERS, WORTH_TIME = 0.7, 0.15, 0.15
LONGEST_SHOWN = 300
_SHOWN = [Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED]


@dataclass(frozen=True)
class Likeness:
    """How likely two are the same, 0 to 1; `is_likely` where their words are alike, or cannot be compared."""

    score: float
    is_likely: bool


@dataclass(frozen=True)
class Sought:
    """What is looked for elsewhere: the words of an item, who says them, when; `statement` is the item's own."""

    source: UUID
    words: Words
    language: str
    speakers: frozenset[UUID]
    day: date | None
    statement: UUID | None = None


def sought(source: Source, item: UUID, access: Access) -> Sought | None:
    """Return what an item of a source says; None where there is no such item, or only for others."""
    texts = SourceText.objects.filter(source=source).order_by().values("pk")
    candidate = Candidate.objects.filter(pk=item, source_text__in=texts).select_related("source_text").first()
    if candidate is not None and candidate.statement_id is None:
        return _of_candidate(source, candidate)
    places = Appearance.objects.filter(source_text__in=texts)
    if candidate is not None:
        places = places.filter(statement=candidate.statement_id, source_text=candidate.source_text_id)
    else:
        places = places.filter(pk=item)
    place = places.filter(statement__in=seen_statements(access).order_by().values("pk")).order_by("pk").first()
    return _of_appearance(source, place) if place else None


def same_elsewhere(wanted: Sought, access: Access) -> list[dict[str, Any]]:
    """Return at most 10 statements, that they see, which may be the same; the likeliest first.

    Of the same document (its headline says what its text says) those alone whose words are alike.
    """
    others = seen_statements(access).filter(status__in=_SHOWN).exclude(pk=wanted.statement)
    keys = {*_nearest(others, wanted), *_likeliest(others, wanted)}
    rows = list(_with_words(Statement.objects.filter(pk__in=keys)))
    weighed = [(likeness, row) for row in rows if (likeness := _likeness(wanted, row)) is not None]
    weighed.sort(key=lambda pair: (not pair[0].is_likely, -pair[0].score, -pair[1].pk.int))
    return [_shown(row, likeness) for likeness, row in weighed[:MOST_STATEMENTS]]


def found_by_words(typed: str, access: Access, *, besides: UUID | None = None) -> list[dict[str, Any]]:
    """Return at most 10 statements that they see which fit words as typed into a search box, the best first.

    Raise TooCostlyError for a query of too many parts.
    """
    query = searches.within_reason(typed.replace("\0", ""))
    seen = seen_statements(access).filter(status__in=_SHOWN).exclude(pk=besides)
    languages = seen.searched_languages()
    newest = seen.matching(query, languages, within=SEARCHED).order_by("-pk").values("pk")[:MOST_RANKED]
    ranked = Statement.objects.filter(pk__in=newest).with_relevance(query, languages, within=SEARCHED)
    rows = _with_words(ranked).order_by("-relevance", "-sort_date", "-id")[:MOST_STATEMENTS]
    return [_shown(row, Likeness(row.relevance, is_likely=False)) for row in rows]


def _of_candidate(source: Source, candidate: Candidate) -> Sought:
    form: Mapping[str, Any] = {**candidate.guess, **candidate.choices}
    text = candidate.source_text.text
    spans = form.get("segments") or [[candidate.start, candidate.end]]
    speakers = [one for one in form.get("speakers", ()) if one.get("kind", AttributionKind.SPEAKER) == "speaker"]
    said = form.get("said_at") or source.published_at
    there = Segment.objects.filter(appearance__source_text=candidate.source_text_id, start=spans[0][0], end=spans[0][1])
    return Sought(
        source=source.pk,
        words=words_of(JOINED.join(text[start:end] for start, end in spans)),
        language=source.language,
        speakers=frozenset(UUID(one["id"]) for one in speakers if one.get("id")),
        day=_day(said),
        statement=there.values_list("appearance__statement", flat=True).first(),
    )


def _of_appearance(source: Source, place: Appearance) -> Sought:
    statement = place.statement
    spoken = Attribution.objects.of_speakers().filter(statement=statement).values_list("speaker", flat=True)
    segments = place.segments.order_by("position").values_list("exact", flat=True)
    return Sought(
        source=source.pk,
        words=words_of(JOINED.join(segments)),
        language=place.language,
        speakers=frozenset(spoken),
        day=_day(statement.said_at or source.published_at),
        statement=statement.pk,
    )


def _day(said: str | None) -> date | None:
    """The first day of a partial date; the last where its beginning is open."""
    if not said:
        return None
    bounds = partial_dates.parse(said)
    return bounds.latest if bounds.earliest == date.min else bounds.earliest


def _nearest(elsewhere: StatementQuerySet, wanted: Sought) -> list[UUID]:
    """What any of the speakers said, nearest in date."""
    if not wanted.speakers:
        return []
    said = elsewhere.said_by(wanted.speakers)
    if wanted.day is None:
        return list(said.order_by("-sort_date", "-id").values_list("pk", flat=True)[:NEAREST])
    day = Value(wanted.day, DateField())
    apart = Greatest(F("sort_date") - day, day - F("sort_date"))
    return list(said.order_by(apart, "-id").values_list("pk", flat=True)[:NEAREST])


def _likeliest(elsewhere: StatementQuerySet, wanted: Sought) -> list[UUID]:
    """What has most of the longest words, in the same language; said by any of the speakers, where one is known."""
    language = wanted.language.split("-")[0].lower()
    query = SearchQuery(language, " ".join(_longest(wanted.words)), within=["words"])
    any_of = Func(query, function="search_any", output_field=SearchQueryField())
    among = elsewhere.said_by(wanted.speakers) if wanted.speakers else elsewhere
    rows: Any = StatementSearch.objects.filter(Matches(F("vector"), any_of), language=language)
    newest = rows.filter(statement__in=among.order_by().values("pk")).order_by("-statement_id").values("pk")
    ranked = StatementSearch.objects.filter(pk__in=newest[:MOST_RANKED])
    ordered = ranked.order_by(Rank(F("vector"), query, within=["words"]).desc(), "-statement_id")
    return list(ordered.values_list("statement_id", flat=True)[:LIKELIEST])


def _longest(words: Words) -> list[str]:
    """The longest words as they are printed, each once; nothing in them means anything to a search box."""
    printed = {words.keys[place]: words.printed(place) for place in range(len(words))}
    return sorted(printed.values(), key=lambda one: (-len(one), one))[:MOST_WORDS]


def _with_words(statements: Any) -> Any:
    """Fetch what is compared and shown: words, speakers, and the documents without their texts."""
    places = Appearance.objects.select_related("source_text__source").defer("source_text__raw", "source_text__text")
    return statements.prefetch_related(
        "wordings",
        Prefetch("attributions", Attribution.objects.of_speakers().select_related("speaker"), to_attr="spoken"),
        Prefetch("appearances", places.order_by("pk")),
        "appearances__segments",
    )


def _likeness(wanted: Sought, row: Any) -> Likeness | None:
    """How likely it is the same; None where nothing speaks for it."""
    speakers = {one.speaker_id for one in row.spoken}
    days = abs((row.sort_date - wanted.day).days) if wanted.day else None
    alike = max((_alike(wanted.words, words_of(text)) for text in _texts(row)), default=0.0)
    common = len(wanted.speakers & speakers) / len(wanted.speakers | speakers) if wanted.speakers else 0.0
    is_likely = alike >= LEAST_ALIKE
    if not is_likely:
        is_here = any(one.source_text.source_id == wanted.source for one in row.appearances.all())
        if is_here or common < 1 or days is None or days > DAYS_APART:
            return None
        is_likely = not _has_language(row, wanted.language)
    nearness = 0.0 if days is None else 1 / (1 + days / 7)
    score = round(WORTH_WORDS * alike + WORTH_SPEAKERS * common + WORTH_TIME * nearness, 3)
    return Likeness(score, is_likely)


def _alike(one: Words, other: Words) -> float:
    """Which share of the words of the shorter the longer has, a little less where the longer says much more."""
    if not one.keys or not other.keys:
        return 0.0
    common = Counter(one.keys) & Counter(other.keys)
    weights = sorted([_weight(one.keys), _weight(other.keys)])
    shared = _weight(common.elements())
    return 0.8 * shared / weights[0] + 0.2 * shared / weights[1]


def _weight(keys: Iterable[str]) -> int:
    return sum(map(weight_of, keys))


def _has_language(row: Any, language: str) -> bool:
    subtag = language.split("-")[0].lower()
    tags = [one.language for one in (*row.wordings.all(), *row.appearances.all())]
    return any(tag.split("-")[0].lower() == subtag for tag in tags)


def _texts(row: Any) -> Sequence[str]:
    """What it says, in each wording and as each document has it."""
    printed = [JOINED.join(one.exact for one in place.segments.all()) for place in row.appearances.all()]
    return list(dict.fromkeys([*(one.text for one in row.wordings.all()), *printed]))


def _shown(row: Any, likeness: Likeness) -> dict[str, Any]:
    words = next(iter(_texts(row)), "")
    first = next(iter(row.appearances.all()), None)
    return {
        "id": str(row.pk),
        "words": words if len(words) <= LONGEST_SHOWN else words[: LONGEST_SHOWN - 1].rstrip() + "…",
        "speakers": [one.speaker.name for one in row.spoken],
        "said_at": row.said_at,
        "status": row.status,
        "source": first.source_text.source.title if first else "",
        "version": row.version,
        "score": likeness.score,
        "is_likely": likeness.is_likely,
    }
