"""The pages on which two speakers become one, or one becomes two."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.acts import carry_out, version_in
from claims.models import Attribution, Membership, Relay, Speaker, SpeakerName, Statement, StatementSearch
from claims.models.vocabularies import SpeakerType
from claims.services.merging import merge_speakers
from claims.services.rights import PUBLISH
from claims.services.splitting import split_speaker, touches_reviewed
from config.access.permissions import access_of
from sources.forms import ChooseOne, validate_visible

if TYPE_CHECKING:
    SpeakerModelAdmin = admin.ModelAdmin[Speaker]
else:
    SpeakerModelAdmin = object

MERGE = "claims.merge_speaker"
MOST_ROWS = 200  # of each kind on the page where a speaker is split; further ones are found by their words
FEW = 10  # rows of a kind in a comparison


class MergeForm(forms.Form):
    """Into whom a speaker is merged."""

    into = forms.ModelChoiceField(
        queryset=Speaker.objects.live(),
        label=gettext_lazy("Merge into"),
        widget=ChooseOne(Attribution._meta.get_field("speaker"), admin.site),
        help_text=gettext_lazy("The record that is kept."),
    )


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rows of a speaker to tick, each with what tells it from the others."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Attribution):
            told = [str(obj.statement), obj.statement.get_status_display(), obj.statement.said_at]
            part = [obj.get_kind_display(), str(obj.membership) if obj.membership else None]
            return " · ".join(filter(None, [*told, *part]))
        if isinstance(obj, Relay):
            return f"{obj.appearance.statement} · {obj.appearance.source_text.source.title}"
        if isinstance(obj, SpeakerName):
            return f"{obj.name} ({obj.language})" if obj.language else obj.name
        return str(obj)


class SplitForm(forms.Form):
    """The new speaker, and the rows of the old one that are the new one's."""

    name = forms.CharField(max_length=200, label=gettext_lazy("Name of the new speaker"), validators=[validate_visible])
    type = forms.ChoiceField(choices=SpeakerType.choices, label=gettext_lazy("Type"))
    attributions = RowsField(Attribution.objects.none(), required=False, label=gettext_lazy("Statements"))
    memberships = RowsField(Membership.objects.none(), required=False, label=gettext_lazy("Roles"))
    names = RowsField(SpeakerName.objects.none(), required=False, label=gettext_lazy("Other names"))
    relays = RowsField(Relay.objects.none(), required=False, label=gettext_lazy("Passed on"))

    ROWS = ("attributions", "memberships", "names", "relays")

    def __init__(self, data: Any, *, speaker: Speaker, typed: str) -> None:
        super().__init__(data, initial={"type": speaker.type})
        self.has_more = False
        self.there: list[str] = []
        for name, rows in _rows_of(speaker, typed).items():
            ids = list(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
            self.has_more = self.has_more or len(ids) > MOST_ROWS
            self.there += [name] if ids else []
            field: Any = self.fields[name]
            field.queryset = rows.filter(pk__in=ids[:MOST_ROWS])

    def rows(self) -> list[Any]:
        """The fields of rows of which there are any, and those that were filled in nevertheless."""
        return [self[name] for name in self.ROWS if name in self.there or name in self.errors]


class Merging(SpeakerModelAdmin):
    """Merging and splitting, for those who may; a merged speaker is only read, and says which one it is now."""

    change_form_template = "admin/claims/speaker/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        merge = path(
            "<uuid:speaker_id>/merge/", self.admin_site.admin_view(self.merge_view), name="claims_speaker_merge"
        )
        split = path(
            "<uuid:speaker_id>/split/", self.admin_site.admin_view(self.split_view), name="claims_speaker_split"
        )
        return [merge, split, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Speaker | None = None) -> bool:
        return _is_live(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Speaker | None = None) -> bool:
        return _is_live(obj) and super().has_delete_permission(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_merge": access_of(request).may(MERGE), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def merge_view(self, request: HttpRequest, speaker_id: UUID) -> HttpResponse:
        """Ask into whom, show both with what would move, and merge them once that is confirmed."""
        speaker = self._speaker(request, speaker_id)
        given = request.POST if request.method == "POST" else request.GET
        form = MergeForm(given if "into" in given else None)
        into: Speaker | None = form.cleaned_data["into"] if form.is_valid() else None
        if request.method == "POST" and into is not None:
            return self._merge(request, speaker, into)
        context = {"form": form, "into": into, "comparison": _compare(speaker, into) if into else []}
        return self._page(request, "merge", speaker, _("Merge into another speaker"), context)

    def split_view(self, request: HttpRequest, speaker_id: UUID) -> HttpResponse:
        """Show what is the speaker's, to be ticked, and move it to a new one."""
        speaker = self._speaker(request, speaker_id)
        typed = request.GET.get("q", "").replace("\0", "").strip()[:256]
        form = SplitForm(request.POST or None, speaker=speaker, typed=typed)
        if request.method == "POST" and form.is_valid():
            made = self._split(request, speaker, form)
            if made is not None:
                return HttpResponseRedirect(_address(made))
        context = {"form": form, "typed": typed, "most": MOST_ROWS}
        return self._page(request, "split", speaker, _("Split into two speakers"), context)

    def _speaker(self, request: HttpRequest, speaker_id: UUID) -> Speaker:
        if not access_of(request).may(MERGE):
            raise PermissionDenied
        return get_object_or_404(Speaker.objects.live(), pk=speaker_id)

    def _merge(self, request: HttpRequest, speaker: Speaker, into: Speaker) -> HttpResponse:
        person: Any = request.user
        kept = carry_out(
            request,
            lambda: merge_speakers(speaker_id=speaker.pk, into_id=into.pk, by=person, version=version_in(request)),
        )
        if kept is None:
            address = reverse("admin:claims_speaker_merge", args=[speaker.pk])
            return HttpResponseRedirect(f"{address}?into={into.pk}")
        self.log_change(request, kept, _("Merged “%(name)s” into it.") % {"name": speaker})
        messages.success(request, _("“%(name)s” was merged into “%(into)s”.") % {"name": speaker, "into": kept})
        return HttpResponseRedirect(_address(kept))

    def _split(self, request: HttpRequest, speaker: Speaker, form: SplitForm) -> Speaker | None:
        person: User = request.user  # type: ignore[assignment]
        chosen = {name: [row.pk for row in form.cleaned_data[name]] for name in SplitForm.ROWS}
        touched = touches_reviewed(attributions=chosen["attributions"], relays=chosen["relays"])
        if touched and not access_of(request).may(PUBLISH):
            messages.error(
                request, _("Some of it is in review or public: it takes a reviewer to say who else said it.")
            )
            return None
        made = carry_out(
            request,
            lambda: split_speaker(
                speaker_id=speaker.pk,
                by=person,
                name=form.cleaned_data["name"],
                type=form.cleaned_data["type"],
                version=version_in(request),
                **chosen,
            ),
        )
        if made is not None:
            self.log_addition(request, made, _("Split off from “%(name)s”.") % {"name": speaker})
            note = format_html('<a href="{}">{}</a>', _address(speaker), speaker)
            messages.success(request, format_html(_("“{}” was split off from {}."), made, note))
        return made

    def _page(
        self, request: HttpRequest, name: str, speaker: Speaker, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(speaker),
            "opts": self.opts,
            "speaker": speaker,
            "media": self.media + context["form"].media,
            **context,
        }
        return TemplateResponse(request, f"admin/claims/speaker/{name}.html", whole)


def _is_live(speaker: Speaker | None) -> bool:
    return speaker is None or speaker.merged_into_id is None


def _address(speaker: Speaker) -> str:
    return reverse("admin:claims_speaker_change", args=[speaker.pk])


def _compare(speaker: Speaker, into: Speaker) -> list[dict[str, Any]]:
    """Return the lines of the comparison: what, of the one, of the other."""
    left, right = _shown(speaker), _shown(into)
    return [{"label": capfirst(label), "one": left[label], "other": right[label]} for label in left]


def _shown(speaker: Speaker) -> dict[str, Any]:
    roles = speaker.memberships.select_related("speaker", "role", "organization")
    return {
        _("name"): speaker.name,
        _("type"): speaker.get_type_display(),
        _("note"): speaker.note,
        _("country"): speaker.country,
        _("part of"): speaker.part_of or "",
        _("other names"): _listed(speaker.names.all()),
        _("same as"): _listed(speaker.same_as.all()),
        _("roles"): _listed(roles),
        _("roles held in it"): speaker.members.count(),
        _("its parts"): speaker.parts.count(),
        _("parts in statements"): speaker.attributions.count(),
        _("passed on"): speaker.relayed.count(),
        _("merged into it"): speaker.merged.count(),
    }


def _listed(rows: QuerySet[Any]) -> str:
    """The first of them in words, and how many more there are."""
    shown = [str(row) for row in rows[: FEW + 1]]
    if len(shown) > FEW:
        shown[FEW] = _("and %(count)s more") % {"count": rows.count() - FEW}
    return "; ".join(shown)


def _rows_of(speaker: Speaker, typed: str) -> "dict[str, QuerySet[Any]]":
    """What can be moved to another speaker; statements whose words match what was typed, if anything was."""
    attributions = Attribution.objects.filter(speaker=speaker).order_by("-statement")
    relays = Relay.objects.filter(speaker=speaker).order_by("-appearance")
    if typed:
        matching = Statement.objects.matching(typed, StatementSearch.objects.languages()).order_by().values("pk")
        attributions = attributions.filter(statement__in=matching)
        relays = relays.filter(Q(appearance__statement__in=matching))
    whole = "statement__wordings", "statement__attributions__speaker"
    return {
        "attributions": attributions.select_related(
            "statement", "membership__speaker", "membership__role", "membership__organization"
        ).prefetch_related(*whole),
        "memberships": Membership.objects.filter(speaker=speaker).select_related("speaker", "role", "organization"),
        "names": SpeakerName.objects.filter(speaker=speaker),
        "relays": relays.select_related("appearance__statement", "appearance__source_text__source")
        .defer("appearance__source_text__raw", "appearance__source_text__text")
        .prefetch_related(*(f"appearance__{one}" for one in whole)),
    }
