"""One speaker found to be two: what is the other's moves to a new record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Attribution, Membership, Relay, Speaker, SpeakerName, Statement
from claims.models.vocabularies import SpeakerType, Status
from claims.services.beyond_drafts import ActRefusedError, beyond_drafts
from claims.services.merging import check_is_live
from claims.services.merging_rows import lock_statements
from claims.services.reviewing import check_version

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class SplitRefusedError(ActRefusedError):
    """The speaker cannot be split so."""


@dataclass(frozen=True)
class _Chosen:
    attributions: frozenset[UUID]
    memberships: frozenset[UUID]
    names: frozenset[UUID]
    relays: frozenset[UUID]

    def rows(self) -> list[tuple[Any, frozenset[UUID]]]:
        # a role moves before what was said in it
        return [
            (Membership, self.memberships),
            (Attribution, self.attributions),
            (Relay, self.relays),
            (SpeakerName, self.names),
        ]


@transaction.atomic
def split_speaker(
    *,
    speaker_id: UUID,
    by: "User",
    name: str,
    type: str | None = None,  # noqa: A002 the field's name
    attributions: Iterable[UUID] = (),
    memberships: Iterable[UUID] = (),
    names: Iterable[UUID] = (),
    relays: Iterable[UUID] = (),
    version: int | None = None,
) -> Speaker:
    """Make a new speaker, move rows of the first to it (their ids are given) and return it.

    It is of the first's type unless another is given, of its country and part of the same whole; a person is part of
    none. What was said in a role moves with the role. `version` is the `Speaker.version` that the person read.

    Raise Speaker.DoesNotExist, StaleVersionError, ValidationError for a wrong name or type, MergeRefusedError for a
    speaker that is another by now, SplitRefusedError.
    """
    chosen = _Chosen(*(frozenset(ids) for ids in (attributions, memberships, names, relays)))
    # a speaker who loses a name is searched for differently in all statements
    said = Q(pk__in=chosen.attributions) | (Q(speaker=speaker_id) if chosen.names else Q())
    in_statements = Attribution.objects.filter(said).order_by().values("statement")
    relayed = Relay.objects.filter(pk__in=chosen.relays).order_by().values("appearance__statement")
    lock_statements(Q(pk__in=in_statements.union(relayed)))
    speaker = Speaker.objects.select_for_update().get(pk=speaker_id)
    check_version(speaker, version)
    check_is_live(speaker)
    _refuse(speaker, chosen)
    made = Speaker(name=name.strip(), type=type or speaker.type, country=speaker.country, is_named=speaker.is_named)
    if made.type != SpeakerType.PERSON:
        made.part_of_id = speaker.part_of_id
    made.full_clean()
    with beyond_drafts("split", setting="merge", by=by):
        made.save(force_insert=True)
        for model, ids in chosen.rows():
            model.objects.filter(pk__in=ids).update(speaker=made)
    made.refresh_from_db()
    return made


def touches_reviewed(*, attributions: Iterable[UUID], relays: Iterable[UUID]) -> bool:
    """Whether a split of these rows changes who says or relays what was sent to review or is public."""
    said = Statement.objects.filter(attributions__in=list(attributions))
    relayed = Statement.objects.filter(appearances__relays__in=list(relays))
    return any(rows.exclude(status=Status.DRAFT).exists() for rows in (said, relayed))


def _refuse(speaker: Speaker, chosen: _Chosen) -> None:
    if not any(ids for _model, ids in chosen.rows()):
        raise SplitRefusedError(_("Choose what belongs to the new speaker."))
    for model, ids in chosen.rows():
        if model.objects.filter(pk__in=ids, speaker=speaker).count() != len(ids):
            raise SplitRefusedError(
                _("Some of what was chosen is not, or not any more, of “%(name)s”: read it again.")
                % {"name": speaker.name}
            )
    said_in_a_role = Attribution.objects.filter(pk__in=chosen.attributions, membership__isnull=False)
    left_behind = said_in_a_role.exclude(membership__in=chosen.memberships).select_related("membership__role").first()
    if left_behind is not None:
        raise SplitRefusedError(
            _("“%(statement)s” was said in a role that stays (%(role)s): move that role too, or leave the statement.")
            % {"statement": left_behind.statement, "role": left_behind.membership}
        )
    staying = Attribution.objects.filter(membership__in=chosen.memberships).exclude(pk__in=chosen.attributions)
    if first := staying.select_related("membership__role").first():
        count = staying.count()
        raise SplitRefusedError(
            ngettext(
                "In a role that moves (%(role)s), %(count)s statement was made that stays: move it too.",
                "In roles that move (such as %(role)s), %(count)s statements were made that stay: move them too.",
                count,
            )
            % {"role": first.membership, "count": count}
        )
