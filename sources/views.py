"""Documents and publishers for the public."""

from config.http.views import DetailedViewSet, PublicViewSet
from sources.filters import PublisherFilters, SourceFilters
from sources.models import Publisher, Source
from sources.models.documents import OPEN_LICENCES
from sources.openapi import publisher_api, source_api
from sources.serializers import PublisherSerializer, SourceDetailSerializer, SourceSerializer


@publisher_api
class PublisherViewSet(PublicViewSet[Publisher]):
    queryset = Publisher.objects.published().prefetch_related("same_as")
    serializer_class = PublisherSerializer
    filterset_class = PublisherFilters
    page_ordering = ["sort_name", "id"]


@source_api
class SourceViewSet(DetailedViewSet[Source]):
    queryset = Source.objects.published().with_references()
    serializer_class = SourceSerializer
    detail_queryset = Source.objects.published().with_details(open_licences=OPEN_LICENCES)
    detail_serializer_class = SourceDetailSerializer
    filterset_class = SourceFilters
    page_ordering = ["-sort_date", "-id"]
