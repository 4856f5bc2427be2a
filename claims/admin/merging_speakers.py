"""The pages on which two speakers become one, or one becomes two."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.acts import carry_out, version_in
from claims.admin.merging import Merging, listed
from claims.models import Attribution, Membership, Relay, Speaker, SpeakerName, Statement, StatementSearch
from claims.models.vocabularies import SpeakerType
from claims.services.merging import merge_speakers
from claims.services.rights import PUBLISH
from claims.services.splitting import split_speaker, touches_reviewed
from config.access.permissions import access_of
from sources.forms import validate_visible

MOST_ROWS = 200  # of each kind on the page where a speaker is split; further ones are found by their words


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no generic when it runs
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


class SpeakerMerging(Merging):
    """Merging and splitting speakers."""

    change_form_template = "admin/claims/speaker/change_form.html"
    merge_permission = "claims.merge_speaker"
    merge_title = gettext_lazy("Merge into another speaker")
    named_by = Attribution._meta.get_field("speaker")

    def merge(self, *, pk: UUID, into: UUID, by: User, version: int | None) -> Speaker:
        return merge_speakers(speaker_id=pk, into_id=into, by=by, version=version)

    def compared(self, row: Speaker) -> dict[str, Any]:
        roles = row.memberships.select_related("speaker", "role", "organization")
        return {
            _("name"): row.name,
            _("type"): row.get_type_display(),
            _("note"): row.note,
            _("country"): row.country,
            _("part of"): row.part_of or "",
            _("other names"): listed(row.names.all()),
            _("same as"): listed(row.same_as.all()),
            _("roles"): listed(roles),
            _("roles held in it"): row.members.count(),
            _("its parts"): row.parts.count(),
            _("parts in statements"): row.attributions.count(),
            _("passed on"): row.relayed.count(),
            _("merged into it"): row.merged.count(),
        }

    def get_urls(self) -> list[URLPattern]:
        return [self.act_url("split", self.split_view), *super().get_urls()]

    def split_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what is the speaker's, to be ticked, and move it to a new one."""
        speaker: Speaker = self.live_row(request, pk)
        typed = request.GET.get("q", "").replace("\0", "").strip()[:256]
        form = SplitForm(request.POST or None, speaker=speaker, typed=typed)
        if request.method == "POST" and form.is_valid():
            made = self._split(request, speaker, form)
            if made is not None:
                return HttpResponseRedirect(self.address_of(made))
        context = {"form": form, "typed": typed, "most": MOST_ROWS}
        return self.act_page(request, "split", speaker, _("Split into two speakers"), context)

    def _split(self, request: HttpRequest, speaker: Speaker, form: SplitForm) -> Speaker | None:
        person: Any = request.user
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
            note = format_html('<a href="{}">{}</a>', self.address_of(speaker), speaker)
            messages.success(request, format_html(_("“{}” was split off from {}."), made, note))
        return made


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
