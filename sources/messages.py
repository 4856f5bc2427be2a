"""Sentences of the text modules, in the reader's language."""

from django.utils.translation import gettext

from sources.text.problems import ReadableError


def translated(problem: ReadableError) -> str:
    """Return the problem's sentence in the language that is active."""
    return gettext(problem.template) % problem.values
