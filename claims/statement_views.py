"""Statements: what everybody reads, what contributors and above see besides, and how they are written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from rest_framework.request import Request
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings

from claims.models import Statement
from claims.models.vocabularies import Status
from claims.openapi.statements import statement_api
from claims.querysets.documents import unrelated_document_of
from claims.serializers import StatementDetailSerializer
from claims.services import reviewing
from claims.services.beyond_drafts import ActRefusedError
from claims.services.editing import PartError, TwinError, change_statement, create_statement
from claims.services.reanchoring import reanchor
from claims.services.reviewing import StaleVersionError, TransitionRefusedError
from claims.services.rights import CHANGE, CHANGE_OTHERS, PUBLISH, may_change, seen_statements
from claims.services.uniting import unite_statements
from claims.statement_bodies import ReanchorBody, ReasonBody, StatementBody, UniteBody
from claims.statement_documents import DocumentQueries
from claims.text.spans import Span
from config.http import problems
from config.http.bodies import pointer
from config.writing.answers import Done
from config.writing.conditions import etag
from config.writing.orders import Wrote, operation
from config.writing.permissions import check_allowed, refused
from config.writing.serializers import model_errors
from config.writing.viewsets import RECORD, RecordViewSet

#: permissions by which somebody may do something to their own drafts alone, unless they may to those of others
OF_DRAFTS = {CHANGE, "claims.delete_statement"}

#: status -> what to do first, to change it
NO_DRAFT = {
    Status.IN_REVIEW: "It is in review: only a draft can be changed. A reviewer returns it to draft.",
    Status.PUBLISHED: "It is published: only a draft can be changed. A reviewer withdraws it and returns it to draft.",
    Status.WITHDRAWN: "It is withdrawn: only a draft can be changed. A reviewer returns it to draft.",
}


@statement_api
class StatementViewSet(DocumentQueries, RecordViewSet[Statement]):
    detail_serializer_class = StatementDetailSerializer
    write_serializer_class = StatementBody
    refusals = {
        StaleVersionError: problems.PRECONDITION_FAILED,
        TransitionRefusedError: problems.CONFLICT,
        ActRefusedError: problems.CONFLICT,
    }

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer one; what was public once answers why it is not any more, or where it is now."""
        if self.reads_documents and (answer := self.document(UUID(self.kwargs["pk"]))):
            return answer
        try:
            row: Any = self.get_object()
        except Http404:
            return self._once_public()
        return self._where_it_is_now(row) if row.merged_into_id else self.answer_of(row)

    def _once_public(self) -> HttpResponse:
        once: Any = Statement.objects.once_public().using("public").filter(pk=self.kwargs["pk"]).first()
        if once is None:
            raise Http404
        if once.merged_into_id:
            return self._where_it_is_now(once)
        withdrawn_at = once.withdrawn_at.strftime(str(api_settings.DATETIME_FORMAT))
        raise problems.ProblemError(problems.GONE, once.withdrawn_reason, members={"withdrawn_at": withdrawn_at})

    def _where_it_is_now(self, row: Statement) -> HttpResponse:
        address = reverse("statement-detail", args=[row.merged_into_id], request=self.request)
        return HttpResponse(status=301, headers={"Location": address, "Cache-Control": "no-cache"})

    def check_may(self, permission: str, row: Any) -> None:
        check_allowed(self.access, permission)
        if permission in OF_DRAFTS and not may_change(self.access, row):
            raise refused(self.access, CHANGE_OTHERS)

    def get_serializer_context(self) -> dict[str, Any]:
        """Give bodies the statements that relations may name, and a place for texts read meanwhile."""
        context = super().get_serializer_context()
        if context["sees_all"]:
            context |= {"statements": self.seen, "texts": self._texts}
        return context

    @cached_property
    def _texts(self) -> dict[Any, Any]:
        return {}

    def create_row(self, values: dict[str, Any]) -> Wrote:
        with _pointing():
            try:
                return Wrote(create_statement(content=values["content"], by=self.access.user), 201)
            except TwinError as error:
                raise self._twin(error) from error

    def change_row(self, row: Any, values: dict[str, Any]) -> None:
        content = values["content"]
        if row.status == Status.PUBLISHED and content.is_found_out_later:
            check_allowed(self.access, PUBLISH)
        elif row.status != Status.DRAFT:
            raise problems.ProblemError(problems.CONFLICT, NO_DRAFT[row.status])
        with _pointing():
            change_statement(statement=row, content=content)

    def _done(self, wrote: Wrote) -> Done:
        """Answer with what the database makes of it, where that depends on nobody who asks."""
        found = unrelated_document_of(wrote.id, using=RECORD)
        if found is None:
            return super()._done(wrote)
        shown = {**json.loads(found.body), **wrote.also}
        return Done(wrote.status, str(wrote.id), etag(found.version), shown, self._location_of(wrote))

    def _twin(self, error: TwinError) -> problems.ProblemError:
        """Say which statement it is, if they see it."""
        is_seen = seen_statements(self.access).filter(pk=error.statement_id).exists()
        return problems.ProblemError(
            problems.CONFLICT, f"{error} It is {error.statement_id}." if is_seen else str(error)
        )

    def delete_row(self, row: Any) -> None:
        if row.published_at is not None:
            raise problems.ProblemError(problems.CONFLICT, "It was public once: withdraw it instead.")
        super().delete_row(row)

    @operation("submit", permission=CHANGE)
    def submit(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Send a draft to review."""
        return Wrote(reviewing.submit(statement_id=row.pk, by=self._person, version=version).pk)

    @operation("approve", permission=PUBLISH)
    def approve(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Say that a statement in review is right."""
        return Wrote(reviewing.approve(statement_id=row.pk, by=self._person, version=version).pk)

    @operation("publish", permission=PUBLISH)
    def publish(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Publish a statement in review."""
        return Wrote(reviewing.publish(statement_id=row.pk, by=self._person, version=version).pk)

    @operation("return", permission=PUBLISH, body=ReasonBody)
    def return_to_draft(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Give a statement in review, or a withdrawn one, back to its curator."""
        moved = reviewing.return_to_draft(statement_id=row.pk, reason=values["reason"], version=version)
        return Wrote(moved.pk)

    @operation("withdraw", permission=PUBLISH, body=ReasonBody)
    def withdraw(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Take a published statement back."""
        return Wrote(reviewing.withdraw(statement_id=row.pk, reason=values["reason"], version=version).pk)

    @operation("unite", permission=CHANGE, body=UniteBody)
    def unite(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Make one statement of this one and another, which is kept."""
        into = self._found(values["into"], is_locked=False)
        for one in (row, into):
            if one.status == Status.DRAFT:
                self.check_may(CHANGE, one)
            else:
                check_allowed(self.access, PUBLISH)
        kept = unite_statements(
            statement_id=row.pk,
            into_id=into.pk,
            by=self._person,
            version=version,
            into_version=values.get("into_version"),
        )
        return Wrote(kept.pk)

    @operation("reanchor", permission=CHANGE, body=ReanchorBody)
    def reanchor(self, row: Statement, values: dict[str, Any], version: int) -> Wrote:
        """Move an appearance to the latest revision of its source."""
        if row.status != Status.DRAFT:
            check_allowed(self.access, PUBLISH)
        if not row.appearances.filter(pk=values["appearance"]).exists():
            raise problems.body_error("/appearance", "It is no appearance of this statement.")
        given = values.get("spans")
        moved = reanchor(
            appearance_id=values["appearance"],
            by=self._person,
            spans=[Span(one["start"], one["end"]) for one in given] if given is not None else None,
            version=version,
        )
        return Wrote(row.pk, also={"lost": list(moved.lost)})

    @property
    def _person(self) -> Any:
        return self.access.user


@contextmanager
def _pointing() -> Iterator[None]:
    """Say of what services refuse where in the body it is."""
    try:
        yield
    except PartError as error:
        raise problems.body_error(pointer(error.path), str(error)) from error
    except ValidationError as error:
        raise problems.invalid_body(model_errors(error)) from error
