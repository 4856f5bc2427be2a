"""What the database refuses, as a sentence for the person who asked for it."""

from dataclasses import dataclass

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import BaseConstraint, UniqueConstraint
from django.utils.translation import get_language
from django.utils.translation import gettext as _

TOO_LONG, MISSING, REFERENCED, TAKEN = "22001", "23502", "23503", "23505"


@dataclass(frozen=True)
class Refusal:
    """Why something was not stored: the field at fault, where it is one, and a sentence."""

    field: str | None
    sentence: str


def check_deferred_rules() -> None:
    """Check now what would otherwise be checked at commit, where a refusal can no longer be answered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Later acts of the same transaction may pass through a state that the rules do not allow.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


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
    constraint = _constraints().get(getattr(diagnosis, "constraint_name", None) or "")
    if constraint is not None:
        return Refusal(_field_of(constraint), str(constraint.get_violation_error_message()))
    return Refusal(getattr(diagnosis, "column_name", None), _sentence(state, diagnosis, error))


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


def _constraints() -> dict[str, BaseConstraint]:
    return {one.name: one for model in apps.get_models() for one in model._meta.constraints}


def _field_of(constraint: BaseConstraint) -> str | None:
    """The field of a rule about one field; a hash column stands for the field it hashes."""
    if isinstance(constraint, UniqueConstraint) and len(constraint.fields) == 1:
        return constraint.fields[0].removesuffix("_sha256")
    return None
