"""Errors that people read: a template and its values, so that the sentence can be given in the reader's language."""

from typing import Any


def mark(template: str) -> str:
    """Return the template as it is; the name marks it for translation (`makemessages --keyword=mark`)."""
    return template


class Count(int):
    """A number that is read better with its thousands apart: 1,234,567."""

    def __str__(self) -> str:
        return f"{int(self):,}"


class ReadableError(ValueError):
    """Something is wrong with a text, date or address; the message says what, where, and what would be right."""

    def __init__(self, template: str, **values: Any) -> None:
        self.template, self.values = template, values
        super().__init__(template % values)
