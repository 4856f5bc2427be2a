"""Form parts for words taken from a text with the mouse, and for choosing rows by name."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from claims.text.spans import Span, SpanError, parse
from sources.forms import ChooseOne, ChooseSeveral
from sources.messages import translated


class SpanWidget(forms.TextInput):
    """A hidden span with the words it selects beside it, taken from the text with a button."""

    input_type = "hidden"
    template_name = "claims/span_widget.html"

    @property
    def is_hidden(self) -> bool:
        return False


class SpanField(forms.CharField):
    """One span of the text that the form is about, as `start-end`; cleans to a Span or None."""

    widget = SpanWidget

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.text = ""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            first, *others = parse(typed)
            span: Span = first.trimmed(self.text)
        except SpanError as error:
            raise ValidationError(translated(error), code="span") from None
        if others:
            raise ValidationError(_("Take one run of words here, not several."), code="span")
        return span


class SpansField(forms.CharField):
    """The spans of a statement's words, as `start-end,start-end`; cleans to a list of Span."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.text = ""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return [span.trimmed(self.text) for span in parse(typed)]
        except SpanError as error:
            raise ValidationError(translated(error), code="span") from None


def choose(model: type[models.Model], field_name: str, **kwargs: Any) -> Any:
    """Return a field that chooses a related row by the beginning of its name, with a button to make one."""
    field: Any = model._meta.get_field(field_name)
    many = isinstance(field, models.ManyToManyField)
    chooser = (ChooseSeveral if many else ChooseOne)(field, admin.site)
    widget = RelatedFieldWidgetWrapper(chooser, field.remote_field, admin.site, can_add_related=True)
    form_field = forms.ModelMultipleChoiceField if many else forms.ModelChoiceField
    rows = field.related_model._default_manager.all()
    return form_field(queryset=rows, widget=widget, **{"label": capfirst(field.verbose_name), **kwargs})
