"""Who carries a statement, and who takes which side of a claim, as far as who asks may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from claims.corroboration import claims, statements
from claims.corroboration.openapi import claim_corroboration_api, statement_corroboration_api
from claims.corroboration.serializers import ClaimCorroborationSerializer, StatementCorroborationSerializer
from claims.models import Claim, Statement
from claims.statement_views import StatementViewSet
from config.http.etags import is_matched
from config.http.views import not_modified
from config.writing.viewsets import ReadViewSet

MOVED = 301


@statement_corroboration_api
class StatementCorroborationViewSet(StatementViewSet):
    queryset = Statement.objects.all()
    serializer_class: type[Any] = StatementCorroborationSerializer
    detail_serializer_class: Any = StatementCorroborationSerializer
    expandable = {}
    pagination_class = None

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer who carries it; what was public once answers as the statement itself does."""
        answer = super().retrieve(request, *args, **kwargs)
        if answer.status_code == MOVED:
            answer.headers["Location"] += "corroboration/"
        return answer

    def fetched(self, rows: QuerySet[Any], *, in_detail: bool) -> QuerySet[Any]:
        """Return the statement with its appearances."""
        return statements.with_appearances(rows)

    def answer_of(self, row: Any) -> Any:
        """Return the answer that shows what is found; 304 where the one who asks has it already."""
        return _answer(self, statements.corroboration_of(row, only_public=not self.sees_all, using=self.alias))


@claim_corroboration_api
class ClaimCorroborationViewSet(ReadViewSet[Claim]):
    queryset = Claim.objects.prefetch_related("reviews__publisher")
    serializer_class = ClaimCorroborationSerializer
    pagination_class = None

    def answer_of(self, row: Any) -> Any:
        """Return the answer that shows what is found; 304 where the one who asks has it already."""
        return _answer(self, claims.corroboration_of(row, only_public=not self.sees_all, using=self.alias))


def _answer(view: ReadViewSet[Any], found: Any) -> HttpResponse:
    tag = f'"{found.digest}"'
    if is_matched(view.request.META.get("HTTP_IF_NONE_MATCH"), tag):
        return not_modified(tag)
    return Response(view.shaped(view.get_serializer(found)).data, headers={"ETag": tag})
