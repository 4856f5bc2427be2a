"""The statements of any list query, all of them, as a stream."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from claims.exchange import csv_rows, streaming
from claims.exchange.openapi import export_api
from claims.exchange.streaming import INCOMPLETE, Stream, pieces, written_by_and_by
from claims.models import Statement
from claims.querysets.documents import lines_of
from claims.statement_documents import DocumentQueries
from config.http import problems
from config.http.filters import ChoiceFilter, FlagFilter, ParameterFilter
from config.http.shaping import FIELDS, OMIT
from config.http.views import ORDER
from config.postgresql.binary import unpacked

FORMAT, BOM = "format", "bom"
NDJSON, CSV = "ndjson", "csv"
MEDIA_TYPES = {NDJSON: "application/x-ndjson", CSV: "text/csv; charset=utf-8; header=present"}
OF_FORMATS = {NDJSON: [FIELDS, OMIT], CSV: [BOM]}
ORDERS = ("newest", "oldest", "updated")


class StatementExportViewSet(DocumentQueries):
    pagination_class = None
    expandable: ClassVar[Mapping[str, Any]] = {}

    def declared_parameters(self) -> Mapping[str, ParameterFilter]:
        """Make the parameters that say how it is written."""
        return {
            FORMAT: ChoiceFilter(
                "`ndjson` (the default): a line of JSON for each statement, as lists show it. `csv`: a table.",
                choices=MEDIA_TYPES,
            ),
            ORDER: ChoiceFilter(
                "By the day said, or the document's date where nobody knows it: `newest` (the default) or `oldest` "
                "first; or what was changed longest ago first (`updated`).",
                choices=ORDERS,
            ),
            BOM: FlagFilter(
                "True: the CSV begins with a byte order mark, by which Excel knows that it is UTF-8.",
            ),
            **self._shaping_parameters(),
        }

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Leave it to `format` what the answer is written in."""
        return JSONRenderer(), JSONRenderer.media_type

    @export_api
    def export(self, request: Request, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Answer all statements; of HEAD, with what header."""
        rows = self.asked()
        written_as = self.own[FORMAT] or NDJSON
        self._check_format(written_as)
        headers = {"Content-Disposition": f'attachment; filename="statements.{written_as}"'}
        content = () if request.method == "HEAD" else Stream().begin(self._pieces(rows, written_as))
        return StreamingHttpResponse(content, content_type=MEDIA_TYPES[written_as], headers=headers)

    def _check_format(self, written_as: str) -> None:
        for other, names in OF_FORMATS.items():
            for name in names:
                if other != written_as and name in self.request.query_params:
                    raise problems.parameter_error(name, f"It is for format={other} alone.")

    def _pieces(self, rows: Any, written_as: str) -> Any:
        if written_as == NDJSON:
            write, at_once = (
                (self._lines, streaming.DOCUMENTS) if self.reads_documents else (self._json, streaming.ROWS)
            )
            return pieces("", written_by_and_by(rows, self.ordering(), write, at_once=at_once), _not_json())
        written = written_by_and_by(rows, self.ordering(), self._csv, at_once=streaming.ROWS)
        mark = csv_rows.BYTE_ORDER_MARK if self.own[BOM] else ""
        return pieces(mark + csv_rows.header(), written, f'"{INCOMPLETE}')

    def _lines(self, packed: bytes) -> bytes:
        return lines_of(packed, using=self.alias)

    def _json(self, packed: bytes) -> bytes:
        return b"".join(JSONRenderer().render(document) + b"\n" for document in self._documents(unpacked(packed)))

    def _csv(self, packed: bytes) -> bytes:
        return "".join(csv_rows.lines(self._documents(unpacked(packed)))).encode()

    def _documents(self, ids: list[UUID]) -> Any:
        """Return the documents of these statements in this order, as far as they are seen still."""
        rows = self.fetched(self.visible(Statement.objects.order_by()), in_detail=False)
        found = {row.pk: row for row in rows.using(self.alias).filter(pk__in=ids)}
        return self.shaped(self.get_serializer([found[key] for key in ids if key in found], many=True)).data


def _not_json() -> str:
    """A problem document whose end is missing."""
    return json.dumps(problems.document(problems.UNAVAILABLE, INCOMPLETE)).removesuffix("}")
