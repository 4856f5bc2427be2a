"""Statements, who makes them and what they are about."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from claims.bodies import (
    ClaimBody,
    EventBody,
    IntensityPhraseBody,
    MembershipBody,
    MergeBody,
    RoleBody,
    SpeakerBody,
    SplitBody,
    TopicBody,
)
from claims.filters import (
    ClaimFilters,
    EventFilters,
    IntensityPhraseFilters,
    MembershipFilters,
    RoleFilters,
    SpeakerFilters,
    TopicFilters,
)
from claims.models import Claim, Event, IntensityPhrase, Membership, Role, Speaker, Topic
from claims.openapi import (
    claim_api,
    event_api,
    intensity_phrase_api,
    membership_api,
    role_api,
    speaker_api,
    topic_api,
)
from claims.serializers import (
    ClaimSerializer,
    EventSerializer,
    IntensityPhraseSerializer,
    MembershipDetailSerializer,
    RoleDetailSerializer,
    SpeakerDetailSerializer,
    SpeakerSerializer,
    TopicSerializer,
)
from claims.services.beyond_drafts import ActRefusedError
from claims.services.merging import merge_speakers
from claims.services.reviewing import StaleVersionError
from claims.services.rights import PUBLISH
from claims.services.splitting import split_speaker, touches_reviewed
from config.http import problems
from config.writing.orders import Wrote, operation
from config.writing.permissions import check_allowed
from config.writing.viewsets import RecordViewSet

MERGE = "claims.merge_speaker"


@speaker_api
class SpeakerViewSet(RecordViewSet[Speaker]):
    queryset = Speaker.objects.with_names()
    serializer_class = SpeakerSerializer
    detail_serializer_class = SpeakerDetailSerializer
    write_serializer_class = SpeakerBody
    parts = {"names": ["name", "language"], "same_as": ["url"]}
    filterset_class = SpeakerFilters
    page_ordering = ["sort_name", "id"]
    refusals = {StaleVersionError: problems.PRECONDITION_FAILED, ActRefusedError: problems.CONFLICT}

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the live ones: who was merged into another is found there."""
        speakers: Any = super().visible(rows)
        live: QuerySet[Any] = speakers.live()
        return live

    def fetched(self, rows: QuerySet[Any], *, in_detail: bool) -> QuerySet[Any]:
        """Return them with the roles held, of which the public is shown those that are public."""
        speakers: Any = rows
        fetched: QuerySet[Any] = speakers.with_details(only_public=not self.sees_all) if in_detail else rows
        return fetched

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the speaker; for one that was merged into another, lead to that one."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            living = Speaker.objects.using(self.alias).living_behind(kwargs["pk"], only_public=not self.sees_all)
            if living is None:
                raise
            address = reverse("speaker-detail", args=[living], request=request)
            return Response(status=301, headers={"Location": address})

    @operation("merge", permission=MERGE, body=MergeBody)
    def merge(self, row: Speaker, values: dict[str, Any], version: int) -> Wrote:
        """Make one speaker of this one and another, which is kept."""
        by: Any = self.access.user
        return Wrote(merge_speakers(speaker_id=row.pk, into_id=values["into"].pk, by=by, version=version).pk)

    @operation("split", permission=MERGE, body=SplitBody)
    def split(self, row: Speaker, values: dict[str, Any], version: int) -> Wrote:
        """Make a new speaker of what is somebody else's."""
        by: Any = self.access.user
        names = row.names.filter(name__in=values["names"])
        said = list(row.attributions.filter(statement__in=values["statements"]).values_list("pk", flat=True))
        relayed = list(row.relayed.filter(appearance__statement__in=values["statements"]).values_list("pk", flat=True))
        if touches_reviewed(attributions=said, relays=relayed):
            check_allowed(self.access, PUBLISH)
        made = split_speaker(
            speaker_id=row.pk,
            by=by,
            name=values["name"],
            type=values["type"],
            attributions=said,
            relays=relayed,
            memberships=[one.pk for one in values["memberships"]],
            names=names.values_list("pk", flat=True),
            version=version,
        )
        return Wrote(made.pk, 201)


@role_api
class RoleViewSet(RecordViewSet[Role]):
    queryset = Role.objects.all()
    serializer_class = RoleDetailSerializer
    write_serializer_class = RoleBody
    filterset_class = RoleFilters
    page_ordering = ["-id"]


@membership_api
class MembershipViewSet(RecordViewSet[Membership]):
    queryset = Membership.objects.with_details()
    serializer_class = MembershipDetailSerializer
    write_serializer_class = MembershipBody
    filterset_class = MembershipFilters
    page_ordering = ["-id"]


@claim_api
class ClaimViewSet(RecordViewSet[Claim]):
    queryset = Claim.objects.prefetch_related("reviews__publisher")
    serializer_class = ClaimSerializer
    write_serializer_class = ClaimBody
    parts = {"reviews": ["url"]}
    filterset_class = ClaimFilters
    page_ordering = ["-id"]


@topic_api
class TopicViewSet(RecordViewSet[Topic]):
    queryset = Topic.objects.select_related("broader").prefetch_related("same_as")
    serializer_class = TopicSerializer
    write_serializer_class = TopicBody
    parts = {"same_as": ["url"]}
    filterset_class = TopicFilters
    page_ordering = ["-id"]


@event_api
class EventViewSet(RecordViewSet[Event]):
    queryset = Event.objects.all()
    serializer_class = EventSerializer
    write_serializer_class = EventBody
    filterset_class = EventFilters
    page_ordering = ["-id"]


@intensity_phrase_api
class IntensityPhraseViewSet(RecordViewSet[IntensityPhrase]):
    queryset = IntensityPhrase.objects.all()
    serializer_class = IntensityPhraseSerializer
    write_serializer_class = IntensityPhraseBody
    filterset_class = IntensityPhraseFilters
    page_ordering = ["language", "folded", "id"]
