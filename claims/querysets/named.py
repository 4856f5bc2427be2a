"""Rows that are found by name and become public with the first published statement that needs them."""

from typing import Self, TypeVar

from django.db import models

from sources.querysets import NamedQuerySet

Row = TypeVar("Row", bound=models.Model, covariant=True)


class PublicNamedQuerySet(NamedQuerySet[Row]):
    """Rows that become public once a published statement needs them."""

    def published(self) -> Self:
        """Return what the public may see."""
        return self.filter(is_public=True)
