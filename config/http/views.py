"""What the public is answered: reads alone, on a connection that cannot write."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

PUBLIC = "public"  # the read-only database alias, whose statements are cut off
Row = TypeVar("Row", bound=Model)


class PublicViewSet(ReadOnlyModelViewSet[Row]):
    """List and detail for everybody. A subclass names its queryset, serializer, filters and ordering."""

    http_method_names = ["get", "head", "options"]
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    page_ordering: list[str]

    def get_queryset(self) -> QuerySet[Row]:
        return super().get_queryset().using(PUBLIC)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer which methods there are, in the header `Allow`."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let caches keep an answer but ask each time: what is published may be corrected or withdrawn."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-cache")
        return answer
