"""What the history pages of the admin need to know of this record: names of rows, who sees what, restoring.

Imported once all models are there (`claims.apps`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from claims.history import names, public, seen  # noqa: F401 `names` registers how rows are called
from claims.history.restoring import restore_row, restore_statement
from claims.models import Claim, Event, IntensityPhrase, Membership, Role, Speaker, Statement, Topic
from claims.services.reviewing import TransitionRefusedError
from claims.services.rights import may_change
from config.access.permissions import access_of
from config.history.looking import LOOKS, Look
from config.history.restoring import RESTORERS, NotRestoredError
from config.history.states import differences
from config.history.versions import History
from config.writing.refusals import refusal_of
from sources.models import Publisher, Source
from sources.models.fields import VersionedModel


class StatementRestorer:
    """Restores drafts, for who may change them."""

    def may(self, request: HttpRequest, row: Statement) -> bool:
        return row.is_editable and may_change(access_of(request), row)

    def restore(self, *, row: Statement, number: int, by: Any, version: int | None) -> None:
        with _told():
            restore_statement(statement_id=row.pk, number=number, by=by, version=version)


@dataclass(frozen=True)
class RowRestorer:
    """Restores rows of one model, for who may change them."""

    model: type[VersionedModel]

    def may(self, request: HttpRequest, row: VersionedModel) -> bool:
        opts = self.model._meta
        is_live = getattr(row, "merged_into_id", None) is None
        return is_live and access_of(request).may(f"{opts.app_label}.change_{opts.model_name}")

    def restore(self, *, row: VersionedModel, number: int, by: Any, version: int | None) -> None:
        with _told():
            restore_row(self.model, pk=row.pk, number=number, by=by, version=version)


@contextmanager
def _told() -> Iterator[None]:
    """Say in one sentence what services, or the database, refuse."""
    try:
        yield
    except TransitionRefusedError as error:
        raise NotRestoredError(str(error)) from error
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise NotRestoredError(refusal.sentence) from error


def look_at_statement(request: HttpRequest, history: History) -> Look:
    """Return as much of a statement's history as the API tells whoever asks."""
    access = access_of(request)
    if seen.sees_whole(access, history.pk):
        eyes = seen.eyes_of(history, access)
        return Look(history.versions, lambda version: seen.changes_of(history, version, eyes))
    versions = public.of_statement(history, seen.public_eyes(history, "default"))
    return Look(versions, lambda version: differences(version.before, version.after), is_whole=False)


def wire() -> None:
    """Register the restorers, and how much of a history is seen."""
    LOOKS[Statement] = look_at_statement
    RESTORERS[Statement] = StatementRestorer()
    for model in (Claim, Event, IntensityPhrase, Membership, Publisher, Role, Source, Speaker, Topic):
        RESTORERS[model] = RowRestorer(model)
