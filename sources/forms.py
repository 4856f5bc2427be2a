"""Form fields for what the models keep."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.visible import is_blank
from sources.messages import translated
from sources.text import urls


def validate_visible(value: str) -> None:
    """Raise ValidationError for a text of which nothing can be seen."""
    if is_blank(value):
        raise ValidationError(_("It has no character in it that can be seen."), code="blank")


class LabelsWidget(forms.MultiWidget):
    """One text box for each language of the site; labels in further languages go along unseen."""

    template_name = "sources/labels_widget.html"

    class Media:
        css = {"all": ("sources/labels.css",)}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget] = {
            code: forms.Textarea(attrs={"rows": 1, "cols": 60, "lang": code, "aria-label": str(name)})
            for code, name in settings.LANGUAGES
        }
        super().__init__({**boxes, "further": forms.HiddenInput()}, attrs)

    def decompress(self, value: dict[str, str] | None) -> list[Any]:
        labels = value or {}
        shown = [code for code, _name in settings.LANGUAGES]
        further = {code: text for code, text in labels.items() if code not in shown}
        return [*(labels.get(code, "") for code in shown), forms.JSONField().prepare_value(further)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for subwidget, (_code, language) in zip(context["widget"]["subwidgets"], settings.LANGUAGES, strict=False):
            subwidget["language"] = language
        return context


class LabelsFormField(forms.MultiValueField):
    """Texts by language; at least one is needed. Returns `{"en": "…"}`."""

    widget = LabelsWidget

    def __init__(self, **kwargs: Any) -> None:
        boxes: list[forms.Field] = [forms.CharField(required=False, max_length=2000) for _code in settings.LANGUAGES]
        super().__init__([*boxes, forms.JSONField(required=False)], require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, str]:
        *shown, further = data_list or [None]
        labels = {code: text for (code, _name), text in zip(settings.LANGUAGES, shown, strict=False) if text}
        labels |= further if isinstance(further, dict) else {}
        if self.required and not labels:
            raise ValidationError(_("Fill in at least one language."), code="required")
        return labels


class _KeysOnly:
    """Leave out what is no key at all, which Django would ask the database for as it draws the form again.

    Django asks for the chosen row once for each field. `loaded` is the row where it came with the form's own.
    """

    field: Any
    loaded: Any = None

    def optgroups(self, name: str, value: list[Any], attrs: dict[str, Any] | None = None) -> Any:
        if self.loaded is not None and value == [str(self.loaded.pk)]:
            option: Any = self.create_option  # type: ignore[attr-defined]  # mixed into a widget
            none = [] if self.is_required else [option(name, "", "", False, 0)]  # type: ignore[attr-defined]  # mixed into a widget
            return [(None, [*none, option(name, value[0], str(self.loaded), set(value), len(none))], 0)]
        return super().optgroups(name, [one for one in value if self._is_key(one)], attrs)  # type: ignore[misc]  # mixed into a widget

    def _is_key(self, value: Any) -> bool:
        try:
            self.field.related_model._meta.pk.to_python(value)
        except ValidationError:
            return False
        return True


class ChooseOne(_KeysOnly, AutocompleteSelect):  # type: ignore[misc]  # _KeysOnly comes before Django's
    """Choose a row by the beginning of its name."""


class ChooseSeveral(_KeysOnly, AutocompleteSelectMultiple):  # type: ignore[misc]  # _KeysOnly comes before Django's
    """Choose rows by the beginnings of their names."""


class LinesField(forms.CharField):
    """A list of short texts, one a line. Returns a list without blank lines."""

    max_item, max_items = 200, 100

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2, "cols": 60}))
        kwargs["help_text"] = kwargs.get("help_text") or gettext_lazy("One a line.")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.max_items:
            raise ValidationError(
                _("These are %(count)s lines; %(most)s are the most.") % {"count": len(value), "most": self.max_items}
            )
        for line in value:
            if len(line) > self.max_item:
                raise ValidationError(
                    _("“%(line)s…” has %(count)s characters; %(most)s are the most.")
                    % {"line": line[:30], "count": len(line), "most": self.max_item}
                )

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), self.prepare_value(self.to_python(data)))


class WebAddressField(forms.CharField):
    """An http(s) address. Returns its canonical form."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return urls.canonical(typed)
        except urls.WebAddressError as error:
            raise ValidationError(translated(error), code="url") from None
