"""What the history keeps of rows, for tests of acts."""

from typing import Any

from django.db import models


def contexts_of(model: type[models.Model], **chosen: Any) -> list[dict[str, Any]]:
    """Return who made the changes of a table and as part of what, oldest first; {} for those by plain SQL."""
    related: Any = model._meta.get_field("changes").related_model
    return [row.pgh_context or {} for row in related._default_manager.filter(**chosen).order_by("pgh_id")]
