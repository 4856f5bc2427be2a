"""Statements as they are asked for: who sees which, by which filters, in which order, with what in full.

What answers a question over a list of statements (facets, a timeline, an export) derives from `StatementQueries`.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.permissions import SAFE_METHODS

from claims.models import Claim, Event, Speaker, Statement, Topic
from claims.search import highlights
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    SpeakerDetailSerializer,
    StatementSerializer,
    TopicSerializer,
)
from claims.services.rights import seen_statements
from claims.statement_filters import SEARCHED, StatementFilters, WorkingStatementFilters
from config.http import problems
from config.http.filters import FlagFilter, ParameterFilter
from config.http.shaping import EXPAND, Expansion, chosen
from config.http.views import LIST, ORDER
from config.writing.viewsets import ReadViewSet
from sources.models import Source
from sources.serializers import SourceSerializer

HIGHLIGHT = "highlight"
RELEVANCE = "relevance"


def _speakers(statement: Any) -> Iterator[UUID]:
    for attribution in statement.attributions.all():
        yield attribution.speaker_id
        if attribution.membership is not None:
            yield attribution.membership.organization_id
    for appearance in statement.appearances.all():
        yield from (relay.speaker_id for relay in appearance.relays.all())


def _related(statement: Any) -> Iterator[UUID]:
    yield from (relation.other_id for relation in statement.relations.all())
    yield from (relation.statement_id for relation in statement.related.all())


def _seen(view: Any, rows: Any, ids: list[UUID]) -> QuerySet[Any]:
    """Return the rows of these ids that the one who asks sees."""
    found = rows.filter(pk__in=ids).using(view.alias).order_by("pk")
    return found if view.sees_all else found.published()  # type: ignore[no-any-return]  # of any model


def _statements_seen(view: Any, ids: list[UUID]) -> QuerySet[Any]:
    rows: Any = Statement.objects.published() if view.seen is None else view.seen
    return rows.with_details(seen=view.seen).filter(pk__in=ids).using(view.alias).order_by("pk")  # type: ignore[no-any-return]  # a method of its own queryset


EXPANDABLE: Mapping[str, Expansion] = {
    "speakers": Expansion(
        _speakers,
        lambda view, ids: _seen(view, Speaker.objects.with_details(only_public=not view.sees_all), ids),
        SpeakerDetailSerializer,
    ),
    "sources": Expansion(
        lambda statement: (one.source_text.source_id for one in statement.appearances.all()),
        lambda view, ids: _seen(view, Source.objects.with_references(), ids),
        SourceSerializer,
    ),
    "topics": Expansion(
        lambda statement: (topic.pk for topic in statement.topics.all()),
        lambda view, ids: _seen(view, Topic.objects.select_related("broader").prefetch_related("same_as"), ids),
        TopicSerializer,
    ),
    "events": Expansion(
        lambda statement: [statement.event_id],
        lambda view, ids: _seen(view, Event.objects.all(), ids),
        EventSerializer,
    ),
    "claims": Expansion(
        lambda statement: (position.claim_id for position in statement.positions.all()),
        lambda view, ids: _seen(view, Claim.objects.prefetch_related("reviews__publisher"), ids),
        ClaimSerializer,
    ),
    "statements": Expansion(_related, _statements_seen, StatementSerializer),
}


class StatementQueries(ReadViewSet[Statement]):
    """The statements that somebody sees, as lists ask for them."""

    queryset = Statement.objects.all()
    serializer_class = StatementSerializer
    orderings = {
        "newest": ["-sort_date", "-id"],
        "oldest": ["sort_date", "id"],
        "updated": ["updated_at", "id"],
        RELEVANCE: ["-relevance", "-sort_date", "-id"],
    }
    about_order = (
        "By the day said, or the document's date where nobody knows it: `newest` or `oldest` first; what was changed "
        "longest ago first (`updated`), to stay in step; what fits `q` best first (`relevance`)."
    )
    expandable = EXPANDABLE

    @property
    def filterset_class(self) -> type[StatementFilters]:
        """The filters that there are: those for drafts exist for who sees drafts."""
        if getattr(self, "swagger_fake_view", False) or self.sees_all:
            return WorkingStatementFilters
        return StatementFilters

    @property
    def seen(self) -> QuerySet[Any] | None:
        """The statements that they see, whatever the list is of; None for the public: what is published."""
        return seen_statements(self.access).order_by() if self.sees_all else None

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return what they see; lists are of what is published unless another `status` is asked for."""
        statements: Any = rows
        asks_for_many = not self.detail and self.request.method in SAFE_METHODS
        if not self.sees_all or (asks_for_many and "status" not in self.request.query_params):
            return statements.published()  # type: ignore[no-any-return]  # a method of its own queryset
        return seen_statements(self.access, statements)

    def fetched(self, rows: QuerySet[Any], *, in_detail: bool) -> QuerySet[Any]:
        """Return the rows with all that belongs to them, relations to what they see among it."""
        statements: Any = rows
        # resources in full are found by what belongs to the row, shown or not
        members = None if self.own.get(EXPAND) else chosen(self.own, StatementSerializer._declared_fields)
        return statements.with_details(seen=self.seen, members=members)  # type: ignore[no-any-return]  # a method of its own queryset

    def asked(self) -> Any:
        """Return the statements that the filters of this request leave, unordered, with nothing fetched behind them."""
        return self.filter_queryset(self.visible(Statement.objects.order_by()).using(self.alias))

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the rows that the filters leave; where they are to be in order of relevance, with it."""
        rows: Any = super().filter_queryset(queryset)
        typed, within = self.typed
        by_relevance = self.own.get(ORDER) == RELEVANCE
        if typed is None and by_relevance:
            raise problems.parameter_error(ORDER, "What is relevant is measured by the words of q: give them too.")
        if typed is None and self.own.get(HIGHLIGHT):
            raise problems.parameter_error(HIGHLIGHT, "What is marked are the words of q: give them too.")
        return rows.with_relevance(typed, rows.searched_languages(), within=within) if by_relevance else rows

    def declared_parameters(self) -> Mapping[str, ParameterFilter]:
        """Make the parameters that say how it is answered; of lists, whether words found are marked too."""
        marking = FlagFilter(
            "True: each result says in `highlights` where words of `q` stand in it, by JSON Pointer (RFC 6901) and "
            "code points."
        )
        return {**super().declared_parameters(), **({HIGHLIGHT: marking} if self.action == LIST else {})}

    def also(self, documents: Any) -> Any:
        """Mark in each document the words found, where that is asked for."""
        typed, within = self.typed
        if typed is None or not self.own.get(HIGHLIGHT):
            return documents
        languages = Statement.objects.using(self.alias).searched_languages()
        marked = highlights(documents, typed, languages, within=within, using=self.alias)
        return [{**document, "highlights": found} for document, found in zip(documents, marked, strict=True)]

    @property
    def typed(self) -> tuple[str | None, list[str]]:
        """What was typed into `q`, and the fields in which it is looked for."""
        given = self.request.query_params
        typed = given.get("q")
        return typed and self.filterset_class.q.read(typed), given.getlist("search_in") or SEARCHED
