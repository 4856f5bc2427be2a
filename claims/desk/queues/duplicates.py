"""What may be recorded twice: statements of the same speakers in the same words, speakers of the same name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from claims.desk.decisions import linking
from claims.desk.models import Link
from claims.desk.queues.places import with_words
from claims.models import Relation, Speaker, Statement
from claims.models.vocabularies import Status
from claims.services.rights import CHANGE, CHANGE_OTHERS, PUBLISH
from claims.text.words import same_words
from config.access.permissions import Access

MERGE = "claims.merge_speaker"
#: statements that are compared with all others: those entered last
RECENT = 200
#: of each of them, how many of the same words are looked at
ALIKE = 100
#: what a list of pairs has at most; the last one only tells that there are more than 100
MOST = 101
#: fewer words than these are the same by chance
FEWEST_WORDS = 3

# Found by the index of search words: the words of a statement as a query, which those in the same words answer. Of long
# ones the first 300 characters, up to the last whole word.
_ALIKE = """
    WITH asked AS MATERIALIZED (
        SELECT appearance.statement_id AS id, language.subtag,
            plainto_tsquery(search_configuration(language.subtag), plain_text(
                CASE WHEN length(segment.exact) <= 300 THEN segment.exact
                ELSE regexp_replace(left(segment.exact, 300), '\\S*$', '') END)) AS query
        FROM claims_appearance AS appearance
        JOIN claims_segment AS segment ON segment.appearance_id = appearance.id AND segment.position = 1
        CROSS JOIN LATERAL (SELECT split_part(lower(appearance.language), '-', 1) AS subtag) AS language
        WHERE appearance.statement_id = ANY(%(recent)s)
    )
    SELECT DISTINCT least(asked.id, alike.id), greatest(asked.id, alike.id)
    FROM asked CROSS JOIN LATERAL (
        SELECT search.statement_id AS id FROM claims_statementsearch AS search
        WHERE search.language = asked.subtag AND search.vector @@ asked.query
        LIMIT %(alike)s
    ) AS alike
    WHERE numnode(asked.query) >= %(nodes)s AND alike.id <> asked.id
"""
# A name's vector is equal for names of the same words, whatever their case and accents.
_NAMESAKES = """
    WITH named AS (
        SELECT id AS speaker, name_search AS words FROM claims_speaker WHERE merged_into_id IS NULL AND is_named
        UNION SELECT other.speaker_id, other.name_search FROM claims_speakername AS other
            JOIN claims_speaker AS speaker ON speaker.id = other.speaker_id
            WHERE speaker.merged_into_id IS NULL AND speaker.is_named
    )
    SELECT array_agg(speaker ORDER BY speaker) FROM named
    WHERE words <> '' GROUP BY words HAVING count(*) > 1 ORDER BY words LIMIT %(most)s
"""


@dataclass(frozen=True)
class Pair:
    """Two statements that may be one; `can_unite` unless one of them has to be published first."""

    one: Statement
    other: Statement

    @property
    def can_unite(self) -> bool:
        """Whether the page on which two become one takes them as they are."""
        return self.one.status == self.other.status != Status.IN_REVIEW

    @property
    def both(self) -> tuple[Statement, Statement]:
        return self.one, self.other

    @property
    def draft(self) -> Statement:
        """The one that is not public yet; the first where both are the same."""
        return self.other if self.other.status == Status.DRAFT else self.one


@dataclass(frozen=True)
class Namesakes:
    """Two speakers who have a name in common."""

    one: Speaker
    other: Speaker

    @property
    def both(self) -> tuple[Speaker, Speaker]:
        return self.one, self.other


def same_statements(access: Access) -> list[Pair]:
    """Return pairs of statements that may be one, the latest first; MOST at most.

    The same speakers say the same words, in the same language, in different documents. One of the two is among the
    RECENT ones that they may change: drafts as curators, what is public as reviewers; the other may be public in any
    case. A pair that curators have told apart is not among them: by dates, or by a relation between the two. In front
    are those that were linked at the desk and could not become one when they were published.
    """
    drafts, public = _drafts(access), Q(status=Status.PUBLISHED)
    theirs = Statement.objects.filter(drafts | public if access.may(PUBLISH) else drafts, merged_into=None)
    recent = list(theirs.order_by("-id").values_list("pk", flat=True)[:RECENT])
    with connection.cursor() as cursor:
        # an AND of so many words has twice as many nodes, less one
        cursor.execute(_ALIKE, {"recent": recent, "alike": ALIKE, "nodes": 2 * FEWEST_WORDS - 1})
        ids: list[tuple[UUID, UUID]] = cursor.fetchall()
    rows = _fetched(Statement.objects.filter(drafts | public), ids)
    pairs = [(rows[one], rows[other]) for one, other in ids if one in rows and other in rows]
    decided = _related({row.pk for pair in pairs for row in pair})
    alike = [Pair(*pair) for pair in pairs if _are_the_same(*pair) and frozenset(row.pk for row in pair) not in decided]
    return [*_left_over(access), *sorted(alike, key=lambda pair: pair.other.pk, reverse=True)][:MOST]


def _drafts(access: Access) -> Q:
    """The drafts that they may change."""
    if not access.may(CHANGE):
        return Q(pk__in=[])
    drafts = Q(status=Status.DRAFT)
    return drafts if access.may(CHANGE_OTHERS) else drafts & Q(created_by=access.user)


def _fetched(statements: Any, pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, Statement]:
    """The statements of these pairs with their speakers, their words and where these stand."""
    return {row.pk: row for row in with_words(statements.filter(pk__in={key for pair in pairs for key in pair}))}


def _are_the_same(one: Statement, other: Statement) -> bool:
    if {row.speaker_id for row in one.attributions.all()} != {row.speaker_id for row in other.attributions.all()}:
        return False
    if _sources(one) & _sources(other):
        return False
    return not _said_at_other_times(one, other) and bool(_wordings(one) & _wordings(other))


def _sources(statement: Statement) -> set[UUID]:
    return {row.source_text.source_id for row in statement.appearances.all()}


def _wordings(statement: Statement) -> set[tuple[str, ...]]:
    """What is equal for the same words of the same language, interrupted or not."""
    return {
        (row.language.split("-")[0].lower(), *same_words(" ".join(one.exact for one in row.segments.all())))
        for row in statement.appearances.all()
    }


def _said_at_other_times(one: Statement, other: Statement) -> bool:
    return any(
        first.said_latest and second.said_earliest and first.said_latest < second.said_earliest
        for first, second in ((one, other), (other, one))
    )


def _related(ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Which pairs have a relation between them, or are linked to become one."""
    keys = list(ids)
    related = Relation.objects.filter(statement__in=keys, other__in=keys).order_by().values_list("statement", "other")
    linked = Link.objects.filter(statement__in=keys).order_by().values_list("statement", "same_as")
    return {frozenset(pair) for pair in related.union(linked)}


def _left_over(access: Access) -> list[Pair]:
    """Those that a curator linked and that are public by now, and still two."""
    if not access.may(PUBLISH):
        return []
    links = list(linking.pending().values_list("statement", "same_as")[:MOST])
    rows = _fetched(Statement.objects.all(), links)
    return [Pair(rows[one], rows[other]) for one, other in links]


def same_speakers(access: Access) -> list[Namesakes]:
    """Return pairs of living speakers that have a name in common, MOST at most; for those who may merge them.

    Those of another kind are not one, nor are those told apart by their notes, nor any who are not named.
    """
    if not access.may(MERGE):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NAMESAKES, {"most": MOST})
        groups: list[list[UUID]] = [keys for (keys,) in cursor.fetchall()]
    rows = Speaker.objects.select_related("part_of").in_bulk([key for keys in groups for key in keys])
    pairs: dict[frozenset[UUID], Namesakes] = {}
    for keys in groups:
        for one, other in _pairs([rows[key] for key in keys if key in rows]):
            pairs.setdefault(frozenset({one.pk, other.pk}), Namesakes(one, other))
    return list(pairs.values())[:MOST]


def _pairs(speakers: list[Speaker]) -> Iterator[tuple[Speaker, Speaker]]:
    """Each of them with the first that it may be one with."""
    firsts: dict[str, list[Speaker]] = defaultdict(list)
    for speaker in speakers:
        first = next((one for one in firsts[_kind(speaker)] if not _told_apart(one, speaker)), None)
        if first is None:
            firsts[_kind(speaker)].append(speaker)
        else:
            yield first, speaker


def _kind(speaker: Speaker) -> str:
    """What is equal for speakers that may be merged: an organization and a group may."""
    return "body" if speaker.type in {"organization", "group"} else speaker.type


def _told_apart(one: Speaker, other: Speaker) -> bool:
    return bool(one.note and other.note and one.note != other.note)
