"""What commands know about the terminal they write to."""

import os
import unicodedata

from django.conf import settings


def language() -> str:
    """Return the language of the terminal, where it is one of the site's; else the site's own."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            code = value.split(".")[0].split("_")[0].lower()
            return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE


def printable(text: str) -> str:
    """Return the text without what a terminal would obey or cannot show; no-break spaces are spaces like others."""
    kept = "".join(one if one.isprintable() or unicodedata.category(one) == "Zs" else "�" for one in text)
    return kept.encode("utf-8", "replace").decode()
