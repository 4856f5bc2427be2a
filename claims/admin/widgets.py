"""Form parts for words taken from a text with the mouse, and for choosing rows by name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from claims.text.spans import Span, SpanError, parse
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
