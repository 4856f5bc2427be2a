"""Sentences of the text modules, in the reader's language."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from sources.text.problems import Count, ReadableError


def translated(problem: ReadableError) -> str:
    """Return the problem's sentence in the language that is active."""
    return gettext(problem.template) % {name: _written(value) for name, value in problem.values.items()}


def _written(value: Any) -> Any:
    """A count with its thousands apart as the language parts them; anything else as it is."""
    return number_format(int(value), use_l10n=True, force_grouping=True) if isinstance(value, Count) else value
