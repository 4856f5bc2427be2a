"""One viewset: rows fetched ahead, cursor pages, the search of the vectors that are there, writes by the ORM."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.http import StreamingHttpResponse
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.filters import BaseFilterBackend, SearchFilter
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from claims.models import Appearance, Attribution, Mention, Statement
from claims.models.statements import StatementSearch
from claims.querysets.search import SearchQuery
from sources.querysets import Matches
from tests.bench.plain.serializers import NewStatement, StatementSerializer
from tests.bench.vocabulary import LANGUAGES

_FACETS = {"speaker": "attributions__speaker__name", "topic": "topics", "act": "act"}
_SIZE = 20


class Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("-sort_date", "-id")


class VectorSearch(SearchFilter):
    """`?search=`: websearch syntax over the stored vectors, each language by its own dictionary."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        typed = request.query_params.get("search")
        if not typed:
            return queryset
        found = Q(pk__in=[])
        for language in LANGUAGES:
            found |= Q(Matches("vector", SearchQuery(language, typed)), language=language)
        return queryset.filter(id__in=StatementSearch.objects.order_by().filter(found).values("statement"))


class StatementFilter(BaseFilterBackend):
    """`?said_after=`, `?said_before=` (days) and `?speaker=` (an id)."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        given = request.query_params
        for name, column in (("said_after", "sort_date__gte"), ("said_before", "sort_date__lte")):
            if name in given:
                queryset = queryset.filter(**{column: given[name]})
        if "speaker" in given:
            said = Attribution.objects.filter(speaker=UUID(given["speaker"]), kind="speaker").order_by()
            queryset = queryset.filter(id__in=said.values("statement"))
        return queryset


class StatementViewSet(viewsets.ModelViewSet[Statement]):
    serializer_class = StatementSerializer
    pagination_class = Pages
    filter_backends = (VectorSearch, StatementFilter)

    def get_queryset(self) -> Any:
        """Return what is published with all that is answered, in a fixed number of queries."""
        attributions = Attribution.objects.select_related("speaker", "membership__role", "membership__organization")
        appearances = Appearance.objects.select_related("source_text__source__publisher").defer(
            "source_text__text", "source_text__raw"
        )
        return Statement.objects.filter(status="published").prefetch_related(
            "wordings",
            "topics",
            Prefetch("attributions", attributions),
            Prefetch("appearances", appearances),
            "appearances__segments",
            Prefetch("appearances__mentions", Mention.objects.select_related("attribution")),
        )

    def get_serializer_class(self) -> Any:
        return NewStatement if self.action == "create" else StatementSerializer

    @action(detail=False)
    def facets(self, request: Request) -> Response:
        """Count the statements asked for by speaker, topic and act."""
        rows = self.filter_queryset(Statement.objects.filter(status="published").order_by())
        said = Q(attributions__kind="speaker")
        found = {}
        for name, path in _FACETS.items():
            narrowed = rows.filter(said) if name == "speaker" else rows
            counted = narrowed.values(path).annotate(found=Count("id")).order_by("-found")[:_SIZE]
            found[name] = [{"value": str(one[path]), "count": one["found"]} for one in counted]
        return Response({"count": rows.count(), "facets": found})

    @action(detail=False)
    def export(self, request: Request) -> StreamingHttpResponse:
        """Answer all statements, a line each."""
        return StreamingHttpResponse(self._lines(), content_type="application/x-ndjson")

    def _lines(self) -> Iterator[bytes]:
        renderer = JSONRenderer()
        for row in self.get_queryset().order_by("-sort_date", "-id").iterator(chunk_size=500):
            yield renderer.render(StatementSerializer(row).data) + b"\n"
