"""Facets and the timeline of any list of statements."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from claims.facets.openapi import facets_api, timeline_api
from claims.facets.querysets.facets import FACETS, count_facets
from claims.facets.querysets.timeline import INTERVALS, MONTHLY, timeline_of
from claims.facets.serializers import StatementFacetsSerializer, StatementTimelineSerializer
from claims.models import StatementFacets
from claims.statement_queries import StatementQueries
from config.http import problems
from config.http.etags import digest_of, is_matched
from config.http.filters import ChoiceFilter, NamesFilter, NumberFilter
from config.http.views import not_modified

MAX_FACETS = 10
DEFAULT_SIZE, MAX_SIZE = 20, 100
WORDS = "q"


class FacetFilter(NamesFilter):
    """Names of facets; at least one must be given, and no more than MAX_FACETS."""

    def parameter(self, name: str) -> dict[str, Any]:
        described = super().parameter(name)
        return {**described, "required": True, "schema": {**described["schema"], "maxItems": MAX_FACETS}}


class CountingViewSet(StatementQueries):
    """What the statements of a list come to; no rows, so no pages, order or members to choose."""

    serializer_class: Any
    pagination_class = None

    def counted(self) -> Any:
        """Return the statements asked for; where the public asks by words alone, the rows kept to be counted by."""
        if self.sees_all or self.filterset_class(self.request, self).narrowing != {WORDS}:
            return self.asked()
        return self.filter_queryset(StatementFacets.objects.using(self.alias))

    def answered(self, found: dict[str, Any]) -> HttpResponse:
        """Return the answer, or 304: its tag is of what was counted, names of speakers and topics included."""
        tag = f'"{digest_of([], found)}"'
        if is_matched(self.request.META.get("HTTP_IF_NONE_MATCH"), tag):
            return not_modified(tag)
        return Response(self.shown(found), headers={"ETag": tag})

    def shown(self, found: dict[str, Any]) -> Any:
        """Return what was found as it is answered."""
        return self.get_serializer(found).data


class FacetsViewSet(CountingViewSet):
    serializer_class = StatementFacetsSerializer
    own_parameters = {
        "facet": FacetFilter(
            f"By what to count; several with commas, or repeated, {MAX_FACETS} at most.", choices=FACETS
        ),
        "size": NumberFilter("Values a facet.", least=1, most=MAX_SIZE, default=DEFAULT_SIZE),
    }

    def shown(self, found: dict[str, Any]) -> Any:
        """Return it as it is: a serializer would make fields of all facets that there are, whichever are asked for."""
        return found

    @facets_api
    def facets(self, request: Request) -> HttpResponse:
        """Answer how many statements have which value of the facets asked for."""
        statements = self.counted()
        names = [name for several in self.own["facet"] for name in several]
        if not names:
            raise problems.parameter_error("facet", f"Say by what to count: {', '.join(FACETS)}.")
        if len(names) > MAX_FACETS:
            raise problems.parameter_error("facet", f"There are too many: {MAX_FACETS} are the most.")
        size = self.own["size"] or DEFAULT_SIZE
        return self.answered(count_facets(statements, names, size=size, only_public=not self.sees_all))


class TimelineViewSet(CountingViewSet):
    serializer_class = StatementTimelineSerializer
    own_parameters = {
        "interval": ChoiceFilter(f"How long a period is: `{MONTHLY}` unless it is given.", choices=INTERVALS)
    }

    @timeline_api
    def timeline(self, request: Request) -> HttpResponse:
        """Answer what was said in which month or year."""
        return self.answered(timeline_of(self.counted(), self.own["interval"] or MONTHLY))
