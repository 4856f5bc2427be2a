"""Speakers, their names and roles."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.admin.merging_speakers import SpeakerMerging
from claims.models import Membership, Role, Speaker, SpeakerName, SpeakerSameAs
from sources.admin_base import RecordAdmin, TabularInline


class SpeakerNameInline(TabularInline[SpeakerName, Speaker]):
    model = SpeakerName
    extra = 0


class SpeakerSameAsInline(TabularInline[SpeakerSameAs, Speaker]):
    model = SpeakerSameAs
    extra = 0


class MembershipInline(TabularInline[Membership, Speaker]):
    model = Membership
    fk_name = "speaker"
    extra = 0
    autocomplete_fields = ["role", "organization"]
    fields = ["role", "organization", "start", "end"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("speaker", "role", "organization")


@admin.register(Speaker)
class SpeakerAdmin(SpeakerMerging, RecordAdmin[Speaker]):
    list_display = ["name", "note", "type", "country", "part_of", "is_named", "is_public"]
    list_filter = ["type", "is_named", "is_public"]
    list_select_related = ["part_of"]
    autocomplete_fields = ["part_of"]
    readonly_fields = ["merged_into", "is_public"]
    inlines = [SpeakerNameInline, MembershipInline, SpeakerSameAsInline]
    fieldsets = [
        (None, {"fields": ["type", "name", "is_named", "note"]}),
        (_("Belongs to"), {"fields": ["country", "part_of"]}),
        (_("State"), {"fields": ["merged_into", "is_public"], "classes": ["collapse"]}),
    ]


@admin.register(Role)
class RoleAdmin(RecordAdmin[Role]):
    list_display = ["__str__", "category"]
    list_filter = ["category"]
    fields = ["category", "labels"]


@admin.register(Membership)
class MembershipAdmin(RecordAdmin[Membership]):
    """Who held which role, where and when; also found from the speaker's own page."""

    list_display = ["speaker", "role", "organization", "start", "end"]
    list_select_related = ["speaker", "role", "organization"]
    autocomplete_fields = ["speaker", "role", "organization"]
    fields = ["speaker", "role", "organization", "start", "end"]
    ordering = ["-id"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(speaker__in=Speaker.objects.named(search_term).order_by().values("id")), False
