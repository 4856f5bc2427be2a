"""Who wrote what is reviewed, as the history has it: nobody approves words of their own."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Model, Q

from claims.models import (
    Appearance,
    Attribution,
    Mention,
    Position,
    Relation,
    Relay,
    Segment,
    Statement,
    StatementTopic,
    Wording,
)
from claims.models.vocabularies import Status

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

_CONTENT = (
    "said_at",
    "said_at_text",
    "said_at_basis",
    "event",
    "act",
    "cameo",
    "attitude",
    "intensity",
    "intensity_phrase",
)
_PRINTED = ("source_text", "quotation_type", "language", "cue_start", "cue_end", "is_headline")


def entered_or_submitted(statement: Statement, by: "User") -> bool:
    """Tell whether they entered a statement or sent it to review."""
    return by.pk in {statement.created_by_id, statement.submitted_by_id}


def approvable(statements: Collection[Statement], by: "User") -> "set[UUID]":
    """Return the ids of those that they may approve as far as their own work bars them; `reviewing` has the rest."""
    if settings.ALLOW_SELF_REVIEW:
        return {one.pk for one in statements}
    others = {one.pk for one in statements if not entered_or_submitted(one, by)}
    return others - written_by(others, by)


def written_by(statements: "Collection[UUID]", by: "User") -> "set[UUID]":
    """Return those of which somebody wrote any of what is reviewed, since each was last public.

    The number of queries is the same for however many statements.
    """
    if not statements:
        return set()
    return _Search(statements, by).found()


class _Search:
    """What one person changed in some statements."""

    def __init__(self, statements: "Collection[UUID]", by: "User") -> None:
        self.statements = list(statements)
        # merging speakers and the like is done to many statements at once, and writes nothing of this one
        written = Q(pgh_context__act__isnull=True) | Q(pgh_context__act__in=["unite", "restore"])
        self.theirs = Q(pgh_context__user=by.pk) & written
        public = _changes(Statement).filter(pgh_obj__in=self.statements, status=Status.PUBLISHED)
        last = public.order_by("pgh_obj", "-pgh_id").distinct("pgh_obj")
        self.last_public: dict[UUID, datetime] = dict(last.values_list("pgh_obj", "pgh_created_at"))

    def found(self) -> "set[UUID]":
        of_statements = _changes(Statement).filter(pgh_obj__in=self.statements)
        of_appearances = _changes(Appearance).filter(statement__in=self.statements)
        found = self._that_differ(of_statements, "pgh_obj", _CONTENT)
        # a new revision of the document updates where words are anchored, and writes none
        found |= self._that_differ(of_appearances, "statement", _PRINTED)
        for part in (Wording, Attribution, StatementTopic, Position, Relation):
            changed = _changes(part).filter(self.theirs, statement__in=self.statements)
            found |= self._since(changed.values_list("statement", "pgh_created_at"))
        owners: dict[UUID, set[UUID]] = {}
        for appearance, statement in of_appearances.order_by().values_list("pgh_obj", "statement").distinct():
            owners.setdefault(appearance, set()).add(statement)
        for printed in (Segment, Mention, Relay):
            changed = _changes(printed).filter(self.theirs, appearance__in=list(owners))
            for appearance, moment in changed.values_list("appearance", "pgh_created_at"):
                found |= self._since((statement, moment) for statement in owners[appearance])
        return found

    def _since(self, changes: "Iterable[tuple[UUID, datetime]]") -> "set[UUID]":
        """The statements changed so since they were last public."""
        return {key for key, moment in changes if key not in self.last_public or moment > self.last_public[key]}

    def _that_differ(self, changes: "QuerySet[Any]", owner: str, columns: tuple[str, ...]) -> "set[UUID]":
        """The statements of which a change that is theirs made or removed a row, or made a column of one another."""
        mine = set(changes.filter(self.theirs).values_list("pgh_id", flat=True))
        before: dict[Any, list[Any]] = {}
        found: list[tuple[UUID, datetime]] = []
        versions = changes.order_by("pgh_id") if mine else changes.none()
        about = ("pgh_id", "pgh_label", "pgh_obj", owner, "pgh_created_at")
        for number, label, row, statement, moment, *values in versions.values_list(*about, *columns):
            if number in mine and (label != "update" or values != before.get((statement, row))):
                found.append((statement, moment))
            before[statement, row] = values
        return self._since(found)


def _changes(model: type[Model]) -> "QuerySet[Any]":
    changes: Any = model._meta.get_field("changes").related_model
    return changes._default_manager.order_by()  # type: ignore[no-any-return]  # of any model
