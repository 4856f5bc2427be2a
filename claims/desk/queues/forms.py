"""What the queues' page takes: how its list is narrowed, and whose turn a source is."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from claims.desk.models import Priority
from claims.desk.queues import queued
from sources.admin import LANGUAGES
from sources.models import Publisher, Source

MINE, NOBODYS = "me", "nobody"


class FilterForm(forms.Form):
    """What the list of sources to attribute is narrowed by; what is not understood is left out."""

    q = forms.CharField(required=False, max_length=200, label=gettext_lazy("Words of the title"))
    publisher = forms.CharField(required=False, max_length=200, label=gettext_lazy("Publisher"))
    assigned = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Assigned to"),
        choices=[("", gettext_lazy("Anybody")), (MINE, gettext_lazy("Me")), (NOBODYS, gettext_lazy("Nobody"))],
    )
    priority = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=gettext_lazy("Priority"), choices=[]
    )
    language = forms.ChoiceField(required=False, label=gettext_lazy("Language"))
    sort = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Order"),
        choices=[
            ("", gettext_lazy("Oldest first")),
            ("newest", gettext_lazy("Newest first")),
            ("candidates", gettext_lazy("Most candidates first")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        anything = ("", _("Any"))
        fields: Any = self.fields
        fields["priority"].choices = [anything, *((str(one), label) for one, label in reversed(Priority.choices))]
        names = [(code.split("-")[0], get_language_info(code)["name_translated"]) for code in LANGUAGES]
        fields["language"].choices = [anything, *sorted(names, key=lambda one: one[1])]
        self.is_valid()

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return any(value not in {"", None} for name, value in self.cleaned_data.items() if name != "sort")

    @property
    def sort_by(self) -> str:
        """What comes before age."""
        return str(self.cleaned_data.get("sort", ""))

    def narrow(self, sources: QuerySet[Source], user: Any) -> QuerySet[Source]:
        """Return the sources that were asked for."""
        given = self.cleaned_data
        found: Any = sources
        if words := given.get("q", "").strip():
            found = found.named(words)
        if name := given.get("publisher", "").strip():
            found = found.filter(publisher__in=Publisher.objects.named(name).order_by().values("pk"))
        if language := given.get("language"):
            found = found.in_languages([language])
        if given.get("assigned") == MINE:
            found = found.filter(work__assigned_to=user)
        if given.get("assigned") == NOBODYS:
            found = found.filter(work__assigned_to=None)
        if (priority := given.get("priority")) is not None:
            normal = priority == Priority.NORMAL
            found = found.exclude(work__priority__in=set(Priority) - {priority}) if normal else found
            found = found if normal else found.filter(work__priority=priority)
        return found  # type: ignore[no-any-return]  # as narrow as it was


class AssignForm(forms.Form):
    """How soon, and whose."""

    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)
    assigned_to = forms.ModelChoiceField(queryset=User.objects.none(), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["assigned_to"]
        field.queryset = queued.assignable()
