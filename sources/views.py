"""Documents and publishers, read and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.http import problems
from config.http.bodies import pointer
from config.http.parameters import check_parameters
from config.writing.orders import CREATE, Wrote, operation
from config.writing.permissions import check_allowed, refused
from config.writing.serializers import WriteSerializer
from config.writing.viewsets import RecordViewSet
from sources.filters import PublisherFilters, SourceFilters
from sources.models import Publisher, Source
from sources.models.documents import OPEN_LICENCES
from sources.openapi import publisher_api, source_api
from sources.serializers import (
    FullTextSerializer,
    ImportBody,
    PublisherBody,
    PublisherSerializer,
    RevisionBody,
    SourceBody,
    SourceDetailSerializer,
    SourceSerializer,
)
from sources.services import ImportRefused, ImportResult, Metadata, Outcome, add_revision, import_text

READ_TEXT = "sources.view_sourcetext"
ADD_TEXT = "sources.add_sourcetext"
NEW = {Outcome.CREATED, Outcome.NEW_REVISION}
#: members of a body that are no metadata
OF_THE_WORDS = {"raw", "media_type", "encoding", "copy_of", "allow_duplicate"}
MEMBER = "member"


@publisher_api
class PublisherViewSet(RecordViewSet[Publisher]):
    queryset = Publisher.objects.prefetch_related("same_as")
    serializer_class = PublisherSerializer
    write_serializer_class = PublisherBody
    parts = {"same_as": ["url"]}
    filterset_class = PublisherFilters
    page_ordering = ["sort_name", "id"]


@source_api
class SourceViewSet(RecordViewSet[Source]):
    queryset = Source.objects.with_references()
    serializer_class = SourceSerializer
    detail_queryset = Source.objects.with_details(open_licences=OPEN_LICENCES)
    detail_serializer_class = SourceDetailSerializer
    write_serializer_class = SourceBody
    filterset_class = SourceFilters
    page_ordering = ["-sort_date", "-id"]

    def body_of(self, name: str) -> type[WriteSerializer]:
        return ImportBody if name == CREATE else super().body_of(name)

    def create_row(self, values: dict[str, Any]) -> Wrote:
        """Import the document; 200 where it was there already, 201 where something of it is new."""
        check_allowed(self.access, ADD_TEXT)
        metadata = Metadata(**{name: value for name, value in values.items() if name not in {*OF_THE_WORDS, MEMBER}})
        words = {name: values[name] for name in OF_THE_WORDS}
        with _pointing(values[MEMBER]):
            return _wrote(import_text(metadata=metadata, **words))

    @operation("revisions", permission=ADD_TEXT, body=RevisionBody)
    def revise(self, row: Source, values: dict[str, Any], version: int) -> Wrote:
        """Add newer words of a document."""
        self.lock(row, version)
        words = {name: values[name] for name in ("raw", "media_type", "encoding")}
        with _pointing(values[MEMBER]):
            return _wrote(add_revision(source=row, **words))

    @action(detail=True, methods=["get"], url_path="text", url_name="text", filterset_class=None)
    def text(self, request: Request, pk: str) -> Response:
        """Answer the whole text of a revision, the latest one unless `revision` says which."""
        check_parameters(request, known={"revision"})
        source: Source | None = self.visible(self.model._default_manager.all()).using(self.alias).filter(pk=pk).first()
        if source is None:
            raise Http404
        if not (source.has_open_licence or self.access.may(READ_TEXT)):
            raise refused(self.access, READ_TEXT)
        revisions = source.texts.defer("raw").order_by("-number")
        wanted = request.query_params.get("revision")
        if wanted is not None:
            revisions = revisions.filter(number=_number(wanted))
        revision = revisions.first()
        if revision is None:
            raise Http404
        return Response(FullTextSerializer(revision).data)


@contextmanager
def _pointing(member: str) -> Iterator[None]:
    """Let what an import refuses point at the member of the body, `member` being the one that had the words."""
    try:
        yield
    except ImportRefused as error:
        at = member if error.field == "text" else error.field
        raise problems.body_error(pointer([at]), error.sentence) from error


def _wrote(result: ImportResult) -> Wrote:
    return Wrote(result.source.pk, 201 if result.outcome in NEW else 200, {"outcome": str(result.outcome)})


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        raise problems.parameter_error("revision", "It must be the number of a revision, from 1.")
    return int(written)
