"""Topics, events, claims with their reviews, and the lexicon of intensity."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from claims.admin.merging_topics import TopicMerging
from claims.models import Claim, Event, IntensityPhrase, Review, Topic, TopicSameAs
from sources.admin_base import RecordAdmin, TabularInline


class TopicSameAsInline(TabularInline[TopicSameAs, Topic]):
    model = TopicSameAs
    extra = 0


@admin.register(Topic)
class TopicAdmin(TopicMerging, RecordAdmin[Topic]):
    list_display = ["__str__", "broader", "is_public"]
    list_filter = ["is_public"]
    list_select_related = ["broader"]
    autocomplete_fields = ["broader"]
    readonly_fields = ["merged_into", "is_public"]
    fields = ["labels", "broader", "merged_into", "is_public"]
    inlines = [TopicSameAsInline]


@admin.register(Event)
class EventAdmin(RecordAdmin[Event]):
    list_display = ["name", "type", "location", "date", "is_public"]
    list_filter = ["type", "is_public"]
    readonly_fields = ["is_public"]
    fields = ["name", "type", "location", "date", "is_public"]


class ReviewInline(TabularInline[Review, Claim]):
    model = Review
    extra = 0
    autocomplete_fields = ["publisher"]
    fields = ["publisher", "url", "rating", "claim_reviewed", "reviewed_at"]


@admin.register(Claim)
class ClaimAdmin(RecordAdmin[Claim]):
    list_display = ["__str__", "is_public"]
    list_filter = ["is_public"]
    readonly_fields = ["is_public"]
    fields = ["text", "is_public"]
    inlines = [ReviewInline]


@admin.register(Review)
class ReviewAdmin(RecordAdmin[Review]):
    """Outside fact-checks; also found from the claim's own page."""

    list_display = ["publisher", "rating", "claim", "url", "reviewed_at"]
    list_select_related = ["publisher", "claim"]
    autocomplete_fields = ["claim", "publisher"]
    fields = ["claim", "publisher", "url", "rating", "claim_reviewed", "reviewed_at"]
    ordering = ["-id"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(claim__in=Claim.objects.named(search_term).order_by().values("id")), False


@admin.register(IntensityPhrase)
class IntensityPhraseAdmin(RecordAdmin[IntensityPhrase]):
    list_display = ["phrase", "language", "intensity"]
    list_filter = ["intensity"]
    fields = ["language", "phrase", "intensity"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.beginning_with(search_term), False
