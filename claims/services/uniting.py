"""Two records of the same utterance become one, which appears wherever either did."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Appearance, Attribution, Position, Relation, Statement, StatementTopic, Wording
from claims.models.statements import MAX_WORDING
from claims.models.vocabularies import AttributionKind, Status
from claims.services.beyond_drafts import ActRefusedError, beyond_drafts
from claims.services.reviewing import check_version

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# An appearance and its mentions belong to the same statement at each moment: both change in one command.
_MOVE_APPEARANCES = """
    WITH moved AS (
        UPDATE claims_appearance SET statement_id = %(into)s WHERE id = ANY(%(appearances)s::uuid[])
    )
    UPDATE claims_mention AS mention SET attribution_id = pair.kept
    FROM unnest(%(parts)s::uuid[], %(kept)s::uuid[]) AS pair(part, kept)
    WHERE mention.attribution_id = pair.part AND mention.appearance_id = ANY(%(appearances)s::uuid[])
"""


class UniteRefusedError(ActRefusedError):
    """These two statements cannot become one."""


@transaction.atomic
def unite_statements(
    *, statement_id: UUID, into_id: UUID, by: "User", version: int | None = None, into_version: int | None = None
) -> Statement:
    """Make one statement of two and return the one that is kept.

    It gets the other's appearances, topics, positions and relations, and the parts of speakers that it lacks. Of two
    drafts the other goes, its wordings in languages that were lacking stay; of two published ones the other keeps its
    own wordings and parts, is withdrawn, and points to the kept one. What both have is kept once.

    `version` and `into_version` are the `Statement.version` of either that the person read. Raise
    Statement.DoesNotExist, StaleVersionError, UniteRefusedError.
    """
    if statement_id == into_id:
        raise UniteRefusedError(_("A statement is one with itself already: choose another."))
    statement, into = _lock_both(statement_id, into_id)
    check_version(statement, version)
    check_version(into, into_version)
    _refuse(statement, into)
    with beyond_drafts("unite", by=by):
        _move_appearances(statement, into)
        _move_topics(statement, into)
        _move_positions(statement, into)
        _move_relations(statement, into)
        Statement.objects.filter(merged_into=statement).update(merged_into=into)
        if statement.status == Status.DRAFT:
            _move_wordings(statement, into)
            statement.delete()
        else:
            _withdraw(statement, into)
    return Statement.objects.get(pk=into.pk)


def _lock_both(statement_id: UUID, into_id: UUID) -> tuple[Statement, Statement]:
    """Lock both and those that were found to be one with the first, in the order of their ids."""
    touched = Q(pk__in=[statement_id, into_id]) | Q(merged_into=statement_id)
    locked = {row.pk: row for row in Statement.objects.filter(touched).order_by("pk").select_for_update()}
    if missing := {statement_id, into_id} - set(locked):
        raise Statement.DoesNotExist(_("There is no statement %s.") % ", ".join(map(str, missing)))
    return locked[statement_id], locked[into_id]


def _refuse(statement: Statement, into: Statement) -> None:
    for row in (statement, into):
        _refuse_status(row)
    if statement.status != into.status:
        raise UniteRefusedError(
            _("One is a draft and the other is published: publish the draft first, then say that they are one.")
        )
    if statement.status == Status.DRAFT and statement.published_at is not None:
        raise UniteRefusedError(
            _("“%s” was public once and stays: keep it, and unite the other with it.") % statement
            if into.published_at is None
            else _("Both were public once: publish both again first, then say that they are one.")
        )
    said = [
        set(row.attributions.filter(kind=AttributionKind.SPEAKER).values_list("speaker", flat=True))
        for row in (statement, into)
    ]
    if said[0] != said[1]:
        raise UniteRefusedError(_("Different speakers say them: they are not the same utterance."))
    _refuse_contradictions(statement, into)


def _refuse_status(row: Statement) -> None:
    if row.merged_into_id is not None:
        raise UniteRefusedError(
            _("“%(statement)s” was found to be one with another already: %(id)s.")
            % {"statement": row, "id": row.merged_into_id}
        )
    if row.status == Status.IN_REVIEW:
        raise UniteRefusedError(_("“%s” is in review: publish it or return it to draft first.") % row)
    if row.status == Status.WITHDRAWN:
        raise UniteRefusedError(_("“%s” was withdrawn: return it to draft first, or leave it.") % row)


def _refuse_contradictions(statement: Statement, into: Statement) -> None:
    """Refuse what only a person can decide."""
    stances = dict(into.positions.values_list("claim", "stance"))
    for position in statement.positions.select_related("claim"):
        if stances.get(position.claim_id, position.stance) != position.stance:
            raise UniteRefusedError(
                _("They take different positions to “%s”: make these the same first.") % position.claim
            )
    if statement.status != Status.DRAFT:
        return
    originals = {
        row.wordings.filter(is_original=True).values_list("language", flat=True).first() for row in (statement, into)
    }
    if len(originals - {None}) > 1:
        raise UniteRefusedError(
            _("Each has an original wording in another language (%s): say first which is the original.")
            % ", ".join(sorted(str(one) for one in originals))
        )


def _move_appearances(statement: Statement, into: Statement) -> None:
    """Move them with the names they print; those that the kept one has, in the same words of the same text, stay."""
    parts = _give_parts(statement, into)
    there = {_place(row) for row in into.appearances.prefetch_related("segments")}
    moving = [row for row in statement.appearances.prefetch_related("segments") if _place(row) not in there]
    if statement.status != Status.DRAFT and not statement.wordings.exists():
        _word(statement)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE_APPEARANCES,
            {
                "into": into.pk,
                "appearances": [row.pk for row in moving],
                "parts": list(parts),
                "kept": list(parts.values()),
            },
        )


def _place(appearance: Appearance) -> tuple[Any, ...]:
    return appearance.source_text_id, *((one.start, one.end) for one in appearance.segments.all())


def _word(statement: Statement) -> None:
    """Put its own words, as the first document quotes them, into a wording: its appearances leave it."""
    first = statement.appearances.order_by("pk").first()
    if first is not None:
        words = " […] ".join(first.segments.order_by("position").values_list("exact", flat=True))
        Wording.objects.create(statement=statement, language=first.language, text=words[:MAX_WORDING])


def _give_parts(statement: Statement, into: Statement) -> dict[UUID, UUID]:
    """Give the kept statement the parts it lacks; return its part for each of the other's."""
    there = {(row.speaker_id, row.kind): row for row in into.attributions.all()}
    parts = {}
    for row in statement.attributions.all():
        kept = there.get((row.speaker_id, row.kind))
        if kept is None:
            kept = Attribution.objects.create(
                statement=into,
                speaker_id=row.speaker_id,
                kind=row.kind,
                membership_id=row.membership_id,
                certainty=row.certainty,
            )
        elif kept.membership_id is None and row.membership_id is not None:
            kept.membership_id = row.membership_id
            kept.save(update_fields=["membership"])
        parts[row.pk] = kept.pk
    return parts


def _move_topics(statement: Statement, into: Statement) -> None:
    rows = StatementTopic.objects.filter(statement=statement)
    rows.filter(topic__in=into.statementtopic_set.values("topic")).delete()
    rows.update(statement=into)


def _move_positions(statement: Statement, into: Statement) -> None:
    rows = Position.objects.filter(statement=statement)
    rows.filter(claim__in=into.positions.values("claim")).delete()
    rows.update(statement=into)


def _move_relations(statement: Statement, into: Statement) -> None:
    """Move those from it and those to it; of the two to each other, and of what would be there twice, nothing stays."""
    for end, other_end in (("statement", "other"), ("other", "statement")):
        rows = Relation.objects.filter(**{end: statement})
        rows.filter(**{other_end: into}).delete()
        there = set(Relation.objects.filter(**{end: into}).values_list("type", other_end))
        for row in rows:
            if (row.type, getattr(row, f"{other_end}_id")) in there:
                row.delete()
        rows.update(**{end: into})


def _move_wordings(statement: Statement, into: Statement) -> None:
    there = into.wordings.values("language")
    Wording.objects.filter(statement=statement).exclude(language__in=there).update(statement=into)


def _withdraw(statement: Statement, into: Statement) -> None:
    statement.status = Status.WITHDRAWN
    statement.withdrawn_reason = _("It is one with statement %s.") % into.pk
    statement.withdrawn_at = timezone.now()
    statement.merged_into = into
    statement.save(update_fields=["status", "withdrawn_reason", "withdrawn_at", "merged_into", "updated_at"])
