"""Making an earlier version the present one: what it said is written anew, as a new version."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from claims.history.earlier import EarlierRows, RestoreRefusedError, written
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
from claims.services.reviewing import check_version
from config.history.acting import act
from config.history.states import State
from config.history.versions import History
from config.writing.refusals import check_deferred_rules
from sources.models import SourceText
from sources.models.fields import VersionedModel

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NoSuchVersionError(RestoreRefusedError):
    """The history has no version of this number that could be restored."""


Row = TypeVar("Row", bound=VersionedModel)

#: what a statement says itself; its place in the workflow, and who did what, stay
CONTENT = {
    "said_at",
    "said_at_text",
    "said_at_basis",
    "event_id",
    "act",
    "cameo",
    "attitude",
    "intensity",
    "intensity_phrase",
}
#: parts that nothing else belongs to
PLAIN: list[type[Model]] = [Wording, StatementTopic, Position, Relation]
#: parts that belong to each other, in the order in which they can be stored
QUOTED: list[type[Model]] = [Attribution, Appearance, Segment, Mention, Relay]
#: what is entered by other acts, or kept by the database
NOT_ENTERED = {"merged_into_id", "created_at", "is_public"}


@transaction.atomic
def restore_statement(*, statement_id: UUID, number: int, by: "User", version: int | None = None) -> Statement:
    """Make what a statement said in an earlier version its content again; only of a draft.

    `number` is that of the history. Rows that are there still keep their ids; speakers and topics that were merged
    since are followed to the living ones. `version` is the `Statement.version` that the person read.

    Raise Statement.DoesNotExist, StaleVersionError, NoSuchVersionError, another RestoreRefusedError; DatabaseError
    where the rules of the database refuse by now what they allowed then.
    """
    statement = Statement.objects.select_for_update(no_key=True).get(pk=statement_id)
    check_version(statement, version)
    if statement.status != Status.DRAFT:
        raise RestoreRefusedError(
            _("It is “%s”: only a draft can be changed, so return it to draft first.") % statement.get_status_display()
        )
    now, then = _states(Statement, statement_id, number)
    present, earlier = _rows(now), EarlierRows(then)
    with _restoring(number, by):
        wrote = [_write_own(statement, earlier, CONTENT)]
        wrote += [_write_anew([model], earlier, present) for model in PLAIN]
        wrote += [_write_anew(QUOTED, earlier, present)]
        check_deferred_rules()
    _check_differs(any(wrote), number)
    return Statement.objects.get(pk=statement_id)


@transaction.atomic
def restore_row(model: type[Row], *, pk: UUID, number: int, by: "User", version: int | None = None) -> Row:
    """Make what a row said in an earlier version its content again, with its names and pages in other registers.

    Snapshots of a source's text stay: they are never changed. Raise as `restore_statement` does.
    """
    row = model._default_manager.select_for_update(no_key=True).get(pk=pk)
    check_version(row, version)
    if getattr(row, "merged_into_id", None) is not None:
        raise RestoreRefusedError(_("It was merged into another: change that one."))
    now, then = _states(model, pk, number)
    present, earlier = _rows(now), EarlierRows(then)
    entered = {one.attname for one in then.shape.fields} - NOT_ENTERED
    with _restoring(number, by):
        wrote = [_write_own(row, earlier, entered)]
        wrote += [
            _write_anew([part.model], earlier, present) for part in then.shape.parts if part.model is not SourceText
        ]
        check_deferred_rules()
    _check_differs(any(wrote), number)
    return model._default_manager.get(pk=pk)


def _states(model: type[Model], pk: UUID, number: int) -> tuple[State, State]:
    """How it is, and how it was."""
    history = History(model, pk)
    then, now = history.state(history.numbered(number)), history.present
    if then is None or now is None:
        raise NoSuchVersionError(_("There is no version %(number)s of it.") % {"number": number})
    return now, then


@contextmanager
def _restoring(number: int, by: "User") -> Iterator[None]:
    """Say in the history what is done, and in words what a rule of a model refuses."""
    try:
        with act("restore", f"version {number}"), pghistory.context(user=by.pk):
            yield
    except ValidationError as error:
        raise RestoreRefusedError(" ".join(error.messages)) from error


def _check_differs(is_changed: bool, number: int) -> None:
    if not is_changed:
        raise RestoreRefusedError(_("It says what it said in version %(number)s already.") % {"number": number})


def _write_own(row: VersionedModel, earlier: EarlierRows, columns: Collection[str]) -> bool:
    """Give the row its values of then; return whether any differs."""
    differing = [name for name in columns if getattr(row, name) != earlier.own[name]]
    for name in differing:
        setattr(row, name, earlier.own[name])
    if differing:
        row.full_clean(exclude=_not_entered(row))
        row.save()
    return bool(differing)


def _not_entered(row: VersionedModel) -> set[str]:
    """The fields that are looked up, or worked out from others as a row is stored."""
    return {one.name for one in row._meta.local_fields if isinstance(one, ForeignKey) or not one.editable}


def _write_anew(
    models: list[type[Model]], earlier: EarlierRows, present: Mapping[type[Model], dict[Any, dict[str, Any]]]
) -> bool:
    """Let rows be as they were: those that differ go, and are stored as they were; return whether any did.

    Kinds that belong to each other are written together, all of them: one that goes takes others with it.
    """
    for model in models:
        ids = {row["id"] for row in earlier.of(model)} - set(present.get(model, {}))
        earlier.give_new_ids(model, set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True)))
    there = {model: present.get(model, {}) for model in models}
    if all({row["id"]: row for row in earlier.of(model)} == there[model] for model in models):
        return False
    for model in models:
        is_alone = len(models) == 1
        same = {row["id"] for row in earlier.of(model) if is_alone and there[model].get(row["id"]) == row}
        model._default_manager.filter(pk__in=set(there[model]) - same).delete()
        model._default_manager.bulk_create(model(**row) for row in earlier.of(model) if row["id"] not in same)
    return True


def _rows(state: State) -> dict[type[Model], dict[Any, dict[str, Any]]]:
    """The rows there are, to be compared with those of then."""
    rows: dict[type[Model], dict[Any, dict[str, Any]]] = {}
    for one in state.walk():
        rows.setdefault(one.shape.model, {})[one.pk] = written(one)
    return rows
