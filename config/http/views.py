"""What the public is answered: reads alone, on a connection that cannot write."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from config.http.etags import digest_of, is_matched
from config.http.filters import (
    ChoiceFilter,
    FlagFilter,
    ParameterFilter,
    check_query,
    nothing_given,
    read_parameters,
)
from config.http.pages import MAX_COUNT, counted
from config.http.shaping import Expansion, chosen, expanded_rows, shaping_parameters

PUBLIC = "public"  # the read-only database alias, whose statements are cut off
LIST, DETAIL = "list", "retrieve"
ORDER, COUNT = "order", "count"
#: members that parameters of their own ask for
PUT_IN = {"expanded", "highlights"}
Row = TypeVar("Row", bound=Model)

#: class of a view and its action -> the parameters that say how it is answered
_DECLARED: dict[tuple[type, str], Mapping[str, ParameterFilter]] = {}


class PublicViewSet(ReadOnlyModelViewSet[Row]):
    """List and detail for everybody. A subclass names its queryset, serializer, filters and ordering.

    `page_ordering` is the order of lists; of several that may be asked for (`order`), `orderings` has the columns by
    name, the first being the usual one.
    """

    http_method_names = ["get", "head", "options"]
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    page_ordering: Sequence[str] = ()
    orderings: ClassVar[Mapping[str, Sequence[str]]] = {}
    about_order = ""
    expandable: ClassVar[Mapping[str, Expansion]] = {}

    #: whether the one who asks sees what is not public
    sees_all: bool = False

    def get_queryset(self) -> QuerySet[Row]:
        return super().get_queryset().using(PUBLIC)

    @property
    def own_parameters(self) -> Mapping[str, ParameterFilter]:
        """The parameters that say how it is answered, the same for all requests."""
        key = type(self), self.action
        if key not in _DECLARED:
            _DECLARED[key] = self.declared_parameters()
        return _DECLARED[key]

    def declared_parameters(self) -> Mapping[str, ParameterFilter]:
        """Make the parameters that say how its action is answered; asked once a process."""
        if self.action not in {LIST, DETAIL}:
            return {}
        return {**(self._list_parameters() if self.action == LIST else {}), **self._shaping_parameters()}

    @cached_property
    def own(self) -> dict[str, Any]:
        """What was given for its own parameters, by name (`read_parameters`); the whole query is checked first."""
        declared = self.own_parameters
        if declared:
            check_query(self.request, self)
        return {**nothing_given(declared), **read_parameters(self.request, declared)}

    def ordering(self) -> Sequence[str]:
        """Return the columns that pages of this answer are in the order of."""
        if not self.orderings:
            return self.page_ordering
        return self.orderings[self.own[ORDER] or next(iter(self.orderings))]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer a page of rows; 304 where the one who asks has it already."""
        rows = self.filter_queryset(self.get_queryset())
        counts = {COUNT: counted(rows)} if self.own.get(COUNT) else {}
        paginator: Any = self.paginator
        page = paginator.paginate_queryset(rows, request, view=self)
        expanded = expanded_rows(self, page, self.expandable)
        digest = digest_of(
            [*page, *(row for found in expanded.values() for row in found)],
            [str(row.pk) for row in page],
            counts,
            paginator.following,
            paginator.preceding,
            sees_all=self.sees_all,
        )
        tag = f'"{digest}"'
        if is_matched(request.META.get("HTTP_IF_NONE_MATCH"), tag):
            return not_modified(tag)
        serializer = self.shaped(self.get_serializer(page, many=True))
        answer = paginator.get_paginated_response(self.also(serializer.data))
        answer.data = {**counts, **answer.data, **self.expansions(expanded)}
        answer.headers["ETag"] = tag
        return answer

    def also(self, documents: Any) -> Any:
        """Return the documents of a list with what is put into them besides."""
        return documents

    def shaped(self, serializer: Any) -> Any:
        """Leave out of a serializer, of one row or of many, what was not asked for."""
        of_one = getattr(serializer, "child", serializer)
        kept = set(chosen(self.own, of_one.fields))
        for name in [name for name in of_one.fields if name not in kept]:
            of_one.fields.pop(name)
        return serializer

    def expansions(self, expanded: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """Return the member `expanded`, with the resources in full; nothing where nothing was asked for."""
        context = self.get_serializer_context()
        shown = {
            name: self.expandable[name].serializer(rows, many=True, context=context).data
            for name, rows in expanded.items()
        }
        return {"expanded": shown} if shown else {}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer, and let go of all that the answer was made of as soon as it is written."""
        answer: Any = super().dispatch(request, *args, **kwargs)
        if isinstance(answer, Response):
            answer.add_post_render_callback(self._let_go_of_rendered)
        elif not answer.streaming:
            self._let_go()
        return answer

    def _let_go_of_rendered(self, answer: Any) -> None:
        answer.renderer_context = {}
        self._let_go()

    def _let_go(self) -> None:
        """Undo what a view, its request and its answer know of each other.

        Left to the collector of garbage, rows and bodies of some fifty answers would lie in memory, and nothing that
        the next one needs would be in the processor's caches.
        """
        self.request.parser_context = {}
        self.__dict__.clear()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer which methods there are, in the header `Allow`."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let caches keep an answer but ask each time: what is published may be corrected or withdrawn."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-cache")
        return answer

    def _list_parameters(self) -> dict[str, ParameterFilter]:
        found: dict[str, ParameterFilter] = {}
        if self.orderings:
            usual = next(iter(self.orderings))
            found[ORDER] = ChoiceFilter(f"{self.about_order} `{usual}` unless it is given.", choices=self.orderings)
        found[COUNT] = FlagFilter(f"True: `count` says how many there are, counted up to {MAX_COUNT}.")
        return found

    def _shaping_parameters(self) -> dict[str, ParameterFilter]:
        serializer: Any = self.get_serializer_class()
        members = serializer._declared_fields
        return shaping_parameters([name for name in members if name not in PUT_IN], self.expandable)


def not_modified(tag: str) -> HttpResponse:
    """Return the answer that what the one who asks has is still so."""
    return HttpResponse(status=304, headers={"ETag": tag})
