"""Statements for the public as the database keeps them written: lists and details are its bytes, put together."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from claims.models import Statement
from claims.querysets.documents import document_of, page_of_rows, page_of_stream
from claims.querysets.postings import Place
from claims.querysets.words_asked import LanguagesChangedError
from claims.serializers import StatementSerializer
from claims.statement_queries import HIGHLIGHT, StatementQueries
from config.http.etags import is_matched
from config.http.pages import KeysetPagination, counted
from config.http.shaping import EXPAND, FIELDS, OMIT
from config.http.views import COUNT, ORDER, PUBLIC, not_modified
from config.writing.answers import JSON, rendered
from config.writing.conditions import etag

#: what a document has no part of, or more of than was asked for
_SHAPING = (FIELDS, OMIT, EXPAND, HIGHLIGHT)
_BY_DATE = {"newest", "oldest"}


class DocumentQueries(StatementQueries):
    """Answers the public with documents wherever nothing else than whole ones is asked for."""

    @property
    def reads_documents(self) -> bool:
        """Whether the answer is made of whole statements, as the public sees them."""
        shows_statements = self.serializer_class is StatementSerializer
        return shows_statements and not self.sees_all and not any(self.own.get(name) for name in _SHAPING)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer a page of statements; 304 where the one who asks has it already."""
        return self._list_documents(request) if self.reads_documents else super().list(request, *args, **kwargs)

    def document(self, key: UUID) -> HttpResponse | None:
        """Answer a statement by its document; None where it has none."""
        found = document_of(key, using=PUBLIC)
        if found is None:
            return None
        tag = etag(found.version, found.digest.hex())
        if is_matched(self.request.META.get("HTTP_IF_NONE_MATCH"), tag):
            return not_modified(tag)
        return HttpResponse(found.body, content_type=JSON, headers={"ETag": tag})

    def _list_documents(self, request: Request) -> HttpResponse:
        pages: Any = self.paginator
        pages.begin(request, self.ordering())
        known = request.META.get("HTTP_IF_NONE_MATCH")
        # what somebody may have already is not read before that is known
        page = pages.take(self._page(pages, with_bodies=known is None))
        counts = {COUNT: counted(self.asked())} if self.own.get(COUNT) else {}
        tag = f'"{_digest(page, counts, pages)}"'
        if is_matched(known, tag):
            return not_modified(tag)
        if known is not None:
            page = pages.take(self._page(pages, with_bodies=True))
            tag = f'"{_digest(page, counts, pages)}"'
        return HttpResponse(_written(page, counts, pages), content_type=JSON, headers={"ETag": tag, **pages.headers})

    def _page(self, pages: KeysetPagination, *, with_bodies: bool) -> Sequence[SimpleNamespace]:
        """Read the page, and again where words came in another language since languages were looked at."""
        while True:
            with suppress(LanguagesChangedError):
                return self._read(pages, with_bodies=with_bodies)

    def _read(self, pages: KeysetPagination, *, with_bodies: bool) -> Sequence[SimpleNamespace]:
        filters = self.filterset_class(self.request, self)
        order = self.own[ORDER] or "newest"
        led = filters.stream(PUBLIC) if order in _BY_DATE else None
        if led is None:
            rows = pages.window(self.asked())
            return page_of_rows(rows, pages.ordering, with_bodies=with_bodies, using=PUBLIC)
        stream, held = led
        narrowed = None
        if filters.narrowing - held:
            rows = self.visible(Statement.objects.order_by()).using(PUBLIC)
            narrowed = filters.filter_queryset(rows, leaving_out=held)
        return page_of_stream(
            stream,
            narrowed,
            place=Place.read(pages.values) if pages.values else None,
            limit=pages.limit + 1,
            newest=not pages.is_ascending,
            with_bodies=with_bodies,
            using=PUBLIC,
        )


def _digest(page: Sequence[SimpleNamespace], counts: dict[str, Any], pages: KeysetPagination) -> str:
    """16 hexadecimal digits that change whenever an answer does."""
    shown = hashlib.sha256(repr((counts, pages.following, pages.preceding)).encode("utf-8", "surrogatepass"))
    for one in page:
        shown.update(one.digest)
    return shown.hexdigest()[:16]


def _written(page: Sequence[SimpleNamespace], counts: dict[str, Any], pages: KeysetPagination) -> bytes:
    """The answer as JSON, its members in the order of all lists."""
    around = rendered({**counts, "results": [], "next": pages.following, "previous": pages.preceding})
    before, after = around.split("[]", 1)
    return b"".join([before.encode(), b"[", b",".join(one.body for one in page), b"]", after.encode()])
