"""The history of statements, speakers and sources, as much of it as who asks may see."""

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from claims.history import answers, public, seen
from claims.history.openapi import history_api, restore_api
from claims.history.paging import NumberPages
from claims.history.restoring import NoSuchVersionError, restore_statement
from claims.history.serializers import HistoryPageSerializer, RestoreBody
from claims.models import Speaker, Statement
from claims.services.rights import CHANGE
from claims.statement_views import StatementViewSet
from config.history.versions import History
from config.http import problems
from config.http.views import PUBLIC
from config.writing.orders import Wrote, operation
from config.writing.viewsets import RECORD, ReadViewSet
from sources.models import Source


class HistoryViewSet(ReadViewSet[Any], ABC):
    """What one row was before. A subclass names the model (by its rows) and what of it was ever public."""

    serializer_class = HistoryPageSerializer
    filter_backends = []
    pagination_class = None

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer a page of versions, newest first."""
        pages = NumberPages(request)
        key = UUID(kwargs["pk"])
        if self.sees_whole(key):
            return Response(self._whole(pages, key))
        if not self.once_public().using(PUBLIC).filter(pk=key).exists():
            raise Http404
        return Response(self._public(pages, key))

    def sees_whole(self, key: UUID) -> bool:
        """Whether they see what happened before it was public, by whom and why, and what is left of a deleted row."""
        return self.sees_all

    @abstractmethod
    def once_public(self) -> QuerySet[Any]:
        """Return the rows that are or were public."""

    def public_versions(self, history: History, eyes: seen.Eyes) -> list[public.PublicVersion]:
        """Return what the public was shown, oldest first."""
        return public.of_named(history, eyes)

    def eyes(self, history: History) -> seen.Eyes | None:
        """Return what they may not see of the whole history, if there is something."""
        return None

    def _whole(self, pages: NumberPages, key: UUID) -> dict[str, Any]:
        history = History(self.model, key, using=RECORD)
        if not history.versions:
            raise Http404
        page = pages.of(history.versions)
        return pages.answer(page, history.versions, answers.answer_of_all(history, page, self.eyes(history)))

    def _public(self, pages: NumberPages, key: UUID) -> dict[str, Any]:
        history = History(self.model, key, using=PUBLIC)
        versions = self.public_versions(history, seen.public_eyes(history, PUBLIC))
        page = pages.of(versions)
        return pages.answer(page, versions, answers.answer_of_public(page, PUBLIC))


@history_api("Statement", "A withdrawn one, whose own address answers 410, can be read here.")
class StatementHistoryViewSet(HistoryViewSet):
    queryset = Statement.objects.all()

    def sees_whole(self, key: UUID) -> bool:
        return seen.sees_whole(self.access, key)

    def once_public(self) -> QuerySet[Any]:
        return Statement.objects.filter(published_at__isnull=False)

    def public_versions(self, history: History, eyes: seen.Eyes) -> list[public.PublicVersion]:
        return public.of_statement(history, eyes)

    def eyes(self, history: History) -> seen.Eyes | None:
        return seen.eyes_of(history, self.access)


@history_api("Speaker", "One that was merged into another can be read here.")
class SpeakerHistoryViewSet(HistoryViewSet):
    queryset = Speaker.objects.all()

    def once_public(self) -> QuerySet[Any]:
        return Speaker.objects.filter(is_public=True)


@history_api("Source", "Only what is said of the document; its text is never shown here.")
class SourceHistoryViewSet(HistoryViewSet):
    queryset = Source.objects.all()

    def once_public(self) -> QuerySet[Any]:
        return Source.objects.filter(is_public=True)


@restore_api
class StatementRestoringViewSet(StatementViewSet):
    """The one operation on statements that needs their history."""

    @operation("restore", permission=CHANGE, body=RestoreBody)
    def restore(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Make what a draft said in an earlier version its content again."""
        person: Any = self.access.user
        try:
            restored = restore_statement(statement_id=row.pk, number=values["number"], by=person, version=version)
        except NoSuchVersionError as error:
            raise problems.body_error("/number", str(error)) from error
        return Wrote(restored.pk)
