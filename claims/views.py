"""Statements, who makes them and what they are about."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings

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
    TopicMergeBody,
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
from claims.services.merging_topics import merge_topics
from claims.services.reviewing import StaleVersionError
from claims.services.rights import PUBLISH
from claims.services.splitting import split_speaker, touches_reviewed
from config.history.gone import gone
from config.http import problems
from config.writing.orders import Wrote, operation
from config.writing.permissions import check_allowed
from config.writing.viewsets import RecordViewSet

MERGE = "claims.merge_speaker"
MERGE_TOPIC = "claims.merge_topic"

Row = TypeVar("Row", bound=Model)


def _moved(view: RecordViewSet[Any], key: UUID) -> Response:
    """Lead to another row of the same resource."""
    address = reverse(f"{view.basename}-detail", args=[key], request=view.request)
    return Response(status=301, headers={"Location": address})


class MergedViewSet(RecordViewSet[Row]):
    """A resource of which one row may turn out to be another: its address leads there."""

    refusals = {StaleVersionError: problems.PRECONDITION_FAILED, ActRefusedError: problems.CONFLICT}

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the live ones: what was merged into another is found there."""
        both: Any = super().visible(rows)
        live: QuerySet[Any] = both.live()
        return live

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer the row; for one that was merged into another, lead to that one."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            rows: Any = self.model._default_manager
            key = UUID(kwargs["pk"])
            (living,) = rows.using(self.alias).living([key], only_public=not self.sees_all)
            if living == key:
                raise
            return _moved(self, living)


@speaker_api
class SpeakerViewSet(MergedViewSet[Speaker]):
    queryset = Speaker.objects.with_names()
    serializer_class = SpeakerSerializer
    detail_serializer_class = SpeakerDetailSerializer
    write_serializer_class = SpeakerBody
    parts = {"names": ["name", "language"], "same_as": ["url"]}
    filterset_class = SpeakerFilters
    page_ordering = ["sort_name", "id"]

    def fetched(self, rows: QuerySet[Any], *, in_detail: bool) -> QuerySet[Any]:
        """Return them with the roles held, of which the public is shown those that are public."""
        speakers: Any = rows
        fetched: QuerySet[Any] = speakers.with_details(only_public=not self.sees_all) if in_detail else rows
        return fetched

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

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer the role held; for one that became one with an equal one, lead to that one."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            return _moved(self, self._equal(UUID(kwargs["pk"])))

    def _equal(self, key: UUID) -> UUID:
        """The one that is left; raise Http404 where they may know of none."""
        was = gone(Membership, key, using=self.alias)
        if was is None or not (was.values["is_public"] or self.sees_all):
            raise Http404
        while was is not None and was.replaced_by is not None:
            key = was.replaced_by
            was = gone(Membership, key, using=self.alias)
        if not self.get_queryset().filter(pk=key).exists():
            raise Http404
        return key


@claim_api
class ClaimViewSet(RecordViewSet[Claim]):
    queryset = Claim.objects.prefetch_related("reviews__publisher")
    serializer_class = ClaimSerializer
    write_serializer_class = ClaimBody
    parts = {"reviews": ["url"]}
    filterset_class = ClaimFilters
    page_ordering = ["-id"]


@topic_api
class TopicViewSet(MergedViewSet[Topic]):
    queryset = Topic.objects.select_related("broader").prefetch_related("same_as")
    serializer_class = TopicSerializer
    write_serializer_class = TopicBody
    parts = {"same_as": ["url"]}
    filterset_class = TopicFilters
    page_ordering = ["-id"]

    @operation("merge", permission=MERGE_TOPIC, body=TopicMergeBody)
    def merge(self, row: Topic, values: dict[str, Any], version: int) -> Wrote:
        """Make one topic of this one and another, which is kept."""
        by: Any = self.access.user
        return Wrote(merge_topics(topic_id=row.pk, into_id=values["into"].pk, by=by, version=version).pk)


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

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer the phrase; for one that was taken out of the lexicon, when that was."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            was = gone(IntensityPhrase, UUID(kwargs["pk"]), using=self.alias)
            if was is None:
                raise
            members = {"deleted_at": was.at.strftime(str(api_settings.DATETIME_FORMAT))}
            raise problems.ProblemError(problems.GONE, "It was taken out of the lexicon.", members=members) from None
