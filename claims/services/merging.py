"""Two speakers found to be the same become one: all that names the first names the second afterwards."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from claims.models import Attribution, Membership, Relay, Speaker, SpeakerName, SpeakerSameAs
from claims.models.vocabularies import Certainty, SpeakerType
from claims.services.beyond_drafts import beyond_drafts
from claims.services.merging_rows import MergeRefusedError, belongs_to, lock_both, lock_statements
from claims.services.reviewing import check_version
from config.history.gone import replacing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BODIES = {SpeakerType.ORGANIZATION, SpeakerType.GROUP}


@transaction.atomic
def merge_speakers(*, speaker_id: UUID, into_id: UUID, by: "User", version: int | None = None) -> Speaker:
    """Make one speaker of two and return the one that is kept.

    Where a statement has both in the same part, the two parts become one with the names that documents print for
    either; equal roles become one. The kept speaker gets the other's name among its own, and its country and whole
    where it has none. `version` is the `Speaker.version` of the first that the person read.

    Raise Speaker.DoesNotExist, StaleVersionError, MergeRefusedError.
    """
    if speaker_id == into_id:
        raise MergeRefusedError(_("A speaker is not merged into itself: choose another."))
    _lock_statements_of(speaker_id, into_id)
    missing = _("There is no speaker %s.")
    speaker, into = lock_both(Speaker, speaker_id, into_id, whole="part_of", missing=missing)
    # what came to name the first before its row was locked
    _lock_statements_of(speaker_id, into_id)
    check_version(speaker, version)
    _refuse(speaker, into)
    with beyond_drafts("merge", by=by):
        _merge_memberships(speaker, into)
        _merge_attributions(speaker, into)
        Relay.objects.filter(speaker=speaker).update(speaker=into)
        _merge_names(speaker, into)
        SpeakerSameAs.objects.filter(speaker=speaker).update(speaker=into)
        _fill_in(speaker, into)
        Speaker.objects.filter(part_of=speaker).update(part_of=into)
        Speaker.objects.filter(merged_into=speaker).update(merged_into=into)
        Speaker.objects.filter(pk=speaker.pk).update(merged_into=into)
    return Speaker.objects.get(pk=into.pk)


def _lock_statements_of(speaker_id: UUID, into_id: UUID) -> None:
    """Lock the statements that name the first speaker, and those of the second, who gets another name to search by."""
    said = Attribution.objects.filter(speaker__in=[speaker_id, into_id]).order_by().values("statement")
    in_a_role = Attribution.objects.filter(membership__organization=speaker_id).order_by().values("statement")
    relayed = Relay.objects.filter(speaker=speaker_id).order_by().values("appearance__statement")
    lock_statements(Q(pk__in=said.union(in_a_role, relayed)))


def check_is_live(speaker: Speaker) -> None:
    """Raise MergeRefusedError for a speaker that was merged, saying which one it is now."""
    if speaker.merged_into is not None:
        raise MergeRefusedError(
            _("“%(name)s” was merged already: it is “%(now)s” (%(id)s) now.")
            % {"name": speaker.name, "now": speaker.merged_into.name, "id": speaker.merged_into_id}
        )


def _refuse(speaker: Speaker, into: Speaker) -> None:
    names = {"name": speaker.name, "into": into.name}
    check_is_live(speaker)
    check_is_live(into)
    if speaker.type != into.type and not {speaker.type, into.type} <= _BODIES:
        raise MergeRefusedError(
            _("“%(name)s” is “%(type)s” and “%(into)s” is “%(other)s”: only speakers of the same type are one.")
            % {**names, "type": speaker.get_type_display(), "other": into.get_type_display()}
        )
    if belongs_to(into, speaker.pk, whole="part_of"):
        raise MergeRefusedError(
            _("“%(into)s” is part of “%(name)s”: merge the other way round, or take it out of it first.") % names
        )
    in_each_other = Q(speaker=speaker, organization=into) | Q(speaker=into, organization=speaker)
    if Membership.objects.filter(in_each_other).exists():
        raise MergeRefusedError(
            _("One of “%(name)s” and “%(into)s” holds a role in the other: take that role away first.") % names
        )


def _merge_memberships(speaker: Speaker, into: Speaker) -> None:
    """Let roles held by the first, and those held in it, be the second's; equal ones become one."""
    naming = Q(speaker=speaker) | Q(organization=speaker)
    rows = list(Membership.objects.filter(naming).order_by("pk").select_for_update())

    def becomes(row: Membership) -> tuple[Any, ...]:
        who, where = (into.pk if key == speaker.pk else key for key in (row.speaker_id, row.organization_id))
        return who, where, row.role_id, row.start, row.end

    people = {becomes(row)[0] for row in rows}
    known = {becomes(row): row for row in Membership.objects.filter(speaker__in=people).exclude(naming)}
    moved = []
    for row in rows:
        equal = known.setdefault(becomes(row), row)
        if equal is row:
            moved.append(row.pk)
        else:
            _replace_membership(row, equal)
    Membership.objects.filter(pk__in=moved, speaker=speaker).update(speaker=into)
    Membership.objects.filter(pk__in=moved, organization=speaker).update(organization=into)


def _replace_membership(row: Membership, equal: Membership) -> None:
    Attribution.objects.filter(membership=row).update(membership=equal)
    if row.is_public:
        Membership.objects.filter(pk=equal.pk, is_public=False).update(is_public=True)
    with replacing(equal.pk):
        row.delete()


def _merge_attributions(speaker: Speaker, into: Speaker) -> None:
    rows = Attribution.objects.filter(speaker=speaker)
    there = Attribution.objects.filter(speaker=into, statement__in=rows.order_by().values("statement"))
    twins = {(row.statement_id, row.kind): row for row in there}
    for row in rows.filter(statement__in={statement for statement, _kind in twins}):
        if twin := twins.get((row.statement_id, row.kind)):
            _merge_parts(row, twin)
    rows.update(speaker=into)


def _merge_parts(row: Attribution, twin: Attribution) -> None:
    """Let the second have what the first says of the same part in the same statement; the surer of the two counts."""
    printed = {mention.appearance_id: mention for mention in twin.mentions.all()}
    for mention in row.mentions.all():
        other = printed.get(mention.appearance_id)
        if other is None:
            mention.attribution = twin
            mention.save(update_fields=["attribution"])
            continue
        for start, end, exact in (("start", "end", "exact"), ("role_start", "role_end", "role_exact")):
            if getattr(other, start) is None:
                for column in (start, end, exact):
                    setattr(other, column, getattr(mention, column))
        other.save()
    twin.membership_id = twin.membership_id or row.membership_id
    twin.certainty = min(row.certainty, twin.certainty, key=Certainty.values.index)
    twin.save(update_fields=["membership", "certainty"])
    row.delete()


def _merge_names(speaker: Speaker, into: Speaker) -> None:
    """Keep each name once. What an unnamed speaker is called (“a senior official”) is no name of a named one."""
    known = {(row.name, row.language) for row in into.names.all()}
    names = list(speaker.names.all())
    for row in names:
        if row.name == into.name or (row.name, row.language) in known:
            row.delete()
        else:
            row.speaker = into
            row.save(update_fields=["speaker"])
    called = {into.name, *(name for name, _language in known), *(row.name for row in names)}
    if speaker.name not in called and (speaker.is_named or not into.is_named):
        SpeakerName.objects.create(speaker=into, name=speaker.name)


def _fill_in(speaker: Speaker, into: Speaker) -> None:
    """Let the kept one belong where the other did, if it belonged nowhere: “what did Japan say” answers as before."""
    values: dict[str, Any] = {}
    if speaker.country and not into.country:
        values["country"] = speaker.country
    if speaker.part_of_id and not into.part_of_id and not belongs_to(speaker, into.pk, whole="part_of"):
        values["part_of"] = speaker.part_of_id
    if values:
        Speaker.objects.filter(pk=into.pk).update(**values)
