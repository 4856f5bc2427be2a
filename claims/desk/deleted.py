"""Drafts that the desk deleted and makes anew when that is taken back: the same id, the same author, the same words."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from claims.desk.decisions import base
from claims.desk.items import Found
from claims.desk.models import Link
from claims.desk.recorded import Form
from claims.desk.writing import appearance_of, may_relate, values_of
from claims.models import Position, Relation, Statement
from claims.services.editing import find_twin
from claims.services.recording import rows_of, store
from config.access.permissions import Access
from config.writing.refusals import check_deferred_rules
from sources.models import SourceText

_OWN = ("cameo", "returned_reason")


def snapshot(found: Found, form: Form) -> dict[str, Any]:
    """Return all that is recorded of a draft, as JSON; `form` is its Form."""
    statement, appearance = found.statement, found.appearance
    if statement is None or appearance is None:
        raise TypeError("it is no draft")
    link = Link.objects.filter(statement=statement).first()
    wordings = statement.wordings.values("language", "text", "is_original", "translator")
    return {
        "id": str(statement.pk),
        "appearance": str(appearance.pk),
        "language": appearance.language,
        "form": {**form, "wordings": list(wordings)},
        "own": {name: getattr(statement, name) for name in _OWN},
        "people": {"created_by_id": statement.created_by_id, "submitted_by_id": statement.submitted_by_id},
        "submitted_at": statement.submitted_at.isoformat() if statement.submitted_at else None,
        "positions": [[str(claim), stance] for claim, stance in statement.positions.values_list("claim", "stance")],
        "relations": [[kind, str(key)] for kind, key in statement.relations.values_list("type", "other")],
        "related": [[kind, str(key)] for kind, key in statement.related.values_list("type", "statement")],
        "link": {"same_as": str(link.same_as_id), "by": link.linked_by_id, "at": link.linked_at.isoformat()}
        if link
        else None,
    }


@transaction.atomic
def restore(kept: dict[str, Any], *, revision: SourceText, access: Access) -> Statement:
    """Make a deleted draft anew; raise ProblemError where what it named is gone, or its words are recorded again."""
    form = kept["form"]
    SourceText.objects.without_content().select_for_update(no_key=True).get(pk=revision.pk)
    report, parts = appearance_of(form, revision=revision, key=UUID(kept["appearance"]), language=kept["language"])
    spoken = [one.speaker.pk for one in parts if one.kind == "speaker"]
    if find_twin(revision, report.segments, spoken) is not None:
        raise base.step_refused(_("These words are recorded again by now: it cannot be taken back."))
    statement = Statement(
        id=UUID(kept["id"]),
        submitted_at=kept["submitted_at"],
        **values_of(form),
        **kept["own"],
        **kept["people"],
    )
    statement.full_clean(validate_constraints=False)
    topics = [UUID(one) for one in form["topics"]]
    rows = rows_of(
        statement=statement, parts=parts, reports=[(report, parts)], wordings=form["wordings"], topics=topics
    )
    store([rows])
    _restore_bearings(statement, kept, access)
    check_deferred_rules()
    statement.refresh_from_db()
    return statement


def _restore_bearings(statement: Statement, kept: dict[str, Any], access: Access) -> None:
    """How it bore on claims and on other statements; of those that bore on it, on which they may say so still."""
    Position.objects.bulk_create(
        Position(statement=statement, claim_id=claim, stance=stance) for claim, stance in kept["positions"]
    )
    others = {key for _kind, key in [*kept["relations"], *kept["related"]]}
    rows = {str(one.pk): one for one in Statement.objects.filter(pk__in=others)}
    Relation.objects.bulk_create(
        [
            *(Relation(statement=statement, type=kind, other_id=key) for kind, key in kept["relations"] if key in rows),
            *(
                Relation(statement=rows[key], type=kind, other=statement)
                for kind, key in kept["related"]
                if key in rows and may_relate(rows[key], access)
            ),
        ]
    )
    link = kept["link"]
    if link and Statement.objects.filter(pk=link["same_as"]).exists():
        Link.objects.create(
            statement=statement, same_as_id=link["same_as"], linked_by_id=link["by"], linked_at=link["at"]
        )
