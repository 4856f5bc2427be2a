"""What the database refuses, as a sentence for the person who asked for it, and as a problem for a program."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import (
    BaseConstraint,
    CheckConstraint,
    F,
    GeneratedField,
    Model,
    ProtectedError,
    Q,
    RestrictedError,
    UniqueConstraint,
)
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.http import problems

TOO_LONG, MISSING, REFERENCED, TAKEN, BROKEN = "22001", "23502", "23503", "23505", "23514"


@dataclass(frozen=True)
class Refusal:
    """Why something was not stored: the field at fault, where it is one, and a sentence."""

    field: str | None
    sentence: str


def check_deferred_rules() -> None:
    """Check now what would otherwise be checked at commit, where a refusal can no longer be answered."""
    with connection.cursor() as cursor:
        # Later acts of the same transaction may pass through a state that the rules do not allow.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def refusal_of(error: DatabaseError) -> Refusal | None:
    """Return the refusal that a database error is, or None where the database failed instead of refusing."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # psycopg itself refuses what PostgreSQL cannot hold, such as NUL
        return Refusal(None, str(error)) if type(error).__name__ == "DataError" else None
    if not state.startswith(("22", "23", "P0001")):
        return None
    diagnosis = getattr(cause, "diag", None)
    constraint = _constraint_of(error)
    if constraint is not None:
        return Refusal(_field_of(constraint), str(constraint.get_violation_error_message()))
    return Refusal(getattr(diagnosis, "column_name", None), _sentence(state, diagnosis, error))


def problem_of(error: DatabaseError, model: type[Model] | None = None) -> problems.ProblemError | None:
    """Return the problem that a refusal is for who wrote a row of `model`, or None where the database failed.

    A value that its own rule refuses is a wrong body (400), with pointers to the members that the rule is about; what
    other rows stand against is a conflict (409).
    """
    if isinstance(error, ProtectedError):
        return problems.ProblemError(problems.CONFLICT, _still_named(error.protected_objects))
    if isinstance(error, RestrictedError):
        return problems.ProblemError(problems.CONFLICT, _still_named(error.restricted_objects))
    refusal = refusal_of(error)
    if refusal is None:
        return None
    state = getattr(error.__cause__, "sqlstate", None) or ""
    constraint = _constraint_of(error)
    table = getattr(getattr(error.__cause__, "diag", None), "table_name", None) or ""
    names = _fields_of(constraint, table) if constraint else [refusal.field] if refusal.field else []
    pointers = list(dict.fromkeys(one for name in names if (one := _pointer(name, table, model)) is not None))
    errors = [{"pointer": one, "detail": refusal.sentence} for one in pointers]
    is_of_the_body = state.startswith("22") or state == MISSING or (state == BROKEN and constraint is not None)
    if not is_of_the_body:
        return problems.ProblemError(problems.CONFLICT, refusal.sentence, errors)
    return problems.invalid_body(errors or [{"pointer": "", "detail": refusal.sentence}])


def _still_named(rows: Iterable[Model]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        name = str(row._meta.verbose_name_plural)
        counts[name] = counts.get(name, 0) + 1
    listed = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    return _("Other rows refer to it: %(rows)s. Change or delete these first.") % {"rows": listed}


def _sentence(state: str, diagnosis: object, error: DatabaseError) -> str:
    sentences = {
        TOO_LONG: _("A text is longer than its field may be."),
        MISSING: _("It is missing."),
        REFERENCED: _("Other rows refer to it, or it refers to a row that is gone."),
        TAKEN: _("It is already recorded."),
    }
    return sentences.get(state) or _of_trigger(diagnosis, getattr(diagnosis, "message_primary", None) or str(error))


def _of_trigger(diagnosis: object, said: str) -> str:
    """The trigger's own sentence, translated; one with values in it is in no catalogue: then that of its rule."""
    translated = _(said)
    if translated != said or (get_language() or "en").startswith("en"):
        return translated
    rule = getattr(diagnosis, "constraint_name", None) or ""
    return _(_by_rule().get(rule, said))


def _by_rule() -> dict[str, str]:
    """Sentences that apps give for rules whose own ones carry values (`refusals` of their configuration)."""
    return {rule: one for app in apps.get_app_configs() for rule, one in getattr(app, "refusals", {}).items()}


def _constraint_of(error: DatabaseError) -> BaseConstraint | None:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    return next((one for model in apps.get_models() for one in model._meta.constraints if one.name == name), None)


def _field_of(constraint: BaseConstraint) -> str | None:
    """The field of a rule about one field; a hash column stands for the field it hashes."""
    if isinstance(constraint, UniqueConstraint) and len(constraint.fields) == 1:
        return constraint.fields[0].removesuffix("_sha256")
    return None


def _fields_of(constraint: BaseConstraint, table: str) -> list[str]:
    """The fields that people fill in of those that a rule is about; none where it is written as an expression."""
    names: set[str] = set()
    if isinstance(constraint, UniqueConstraint):
        names = set(constraint.fields)
    elif isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
        names = constraint.condition.referenced_base_fields
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    return sorted({one for name in names for one in _filled_in(model, name)} - {"id"})


def _filled_in(model: type[Model], name: str) -> list[str]:
    """The field itself; of a generated column those that it is made of, of a hash the one that it is of."""
    field: Any = model._meta.get_field(name)
    if isinstance(field, GeneratedField):
        made_of: Any = field.expression  # type: ignore[attr-defined]  # the stubs leave it out
        return [str(one.name) for one in made_of.flatten() if type(one) is F]  # type: ignore[attr-defined]  # the stubs leave it out
    return [name.removesuffix("_sha256")]


def _pointer(field: str, table: str, model: type[Model] | None) -> str | None:
    """The member that a column is written by: of the row itself, or the list of its parts that have the column."""
    if model is None:
        return None
    if table == model._meta.db_table:
        return f"/{field}"
    for relation in model._meta.related_objects:
        if relation.related_model._meta.db_table == table:
            return f"/{relation.get_accessor_name()}"
    return None
