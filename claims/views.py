"""Statements, who makes them and what they are about, for the public."""

from django.http import Http404
from rest_framework.settings import api_settings

from claims.filters import ClaimFilters, EventFilters, SpeakerFilters, StatementFilters, TopicFilters
from claims.models import Claim, Event, Speaker, Statement, Topic
from claims.openapi import claim_api, event_api, speaker_api, statement_api, topic_api
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    SpeakerDetailSerializer,
    SpeakerSerializer,
    StatementSerializer,
    TopicSerializer,
)
from config.http import problems
from config.http.views import PUBLIC, DetailedViewSet, PublicViewSet


@statement_api
class StatementViewSet(PublicViewSet[Statement]):
    queryset = Statement.objects.published().with_details()
    serializer_class = StatementSerializer
    filterset_class = StatementFilters
    page_ordering = ["-sort_date", "-id"]

    def get_object(self) -> Statement:
        """Return the statement; for one that was withdrawn, raise why and when."""
        try:
            return super().get_object()
        except Http404:
            once = Statement.objects.once_public().using(PUBLIC).filter(pk=self.kwargs["pk"]).first()
            if once is None:
                raise
            withdrawn_at = once.updated_at.strftime(str(api_settings.DATETIME_FORMAT))
            raise problems.ProblemError(
                problems.GONE, once.withdrawn_reason, members={"withdrawn_at": withdrawn_at}
            ) from None


@speaker_api
class SpeakerViewSet(DetailedViewSet[Speaker]):
    queryset = Speaker.objects.published().with_names()
    serializer_class = SpeakerSerializer
    detail_queryset = Speaker.objects.published().with_details()
    detail_serializer_class = SpeakerDetailSerializer
    filterset_class = SpeakerFilters
    page_ordering = ["sort_name", "id"]


@claim_api
class ClaimViewSet(PublicViewSet[Claim]):
    queryset = Claim.objects.published().prefetch_related("reviews__publisher")
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilters
    page_ordering = ["-id"]


@topic_api
class TopicViewSet(PublicViewSet[Topic]):
    queryset = Topic.objects.published().select_related("broader").prefetch_related("same_as")
    serializer_class = TopicSerializer
    filterset_class = TopicFilters
    page_ordering = ["-id"]


@event_api
class EventViewSet(PublicViewSet[Event]):
    queryset = Event.objects.published()
    serializer_class = EventSerializer
    filterset_class = EventFilters
    page_ordering = ["-id"]
