"""The lexicon of phrases that show an intensity."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Func, QuerySet, Value

if TYPE_CHECKING:
    from claims.models import IntensityPhrase


class IntensityPhraseQuerySet(QuerySet["IntensityPhrase"]):
    def published(self) -> Self:
        """Return what the public may see, which is the whole lexicon."""
        return self

    def in_language(self, language: str) -> Self:
        """Return the phrases of a language, whatever its region."""
        return self.filter(language=language.split("-")[0])

    def beginning_with(self, typed: str) -> Self:
        """Return the phrases that begin so, whatever their case and accents."""
        folded = Func(Value(typed.replace("\0", "")[:100]), function="fold_text", output_field=models.TextField())
        return self.filter(folded__startswith=folded)
