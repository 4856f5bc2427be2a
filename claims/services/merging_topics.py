"""Two topics found to be the same become one: all that names the first names the second afterwards."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from claims.models import StatementTopic, Topic, TopicSameAs
from claims.services.beyond_drafts import beyond_drafts
from claims.services.merging import MergeRefusedError, lock_statements
from claims.services.reviewing import StaleVersionError

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def merge_topics(*, topic_id: UUID, into_id: UUID, by: "User", version: int | None = None) -> Topic:
    """Make one topic of two and return the one that is kept.

    It gets the other's statements, narrower topics and pages in other registers, its labels in languages in which it
    has none, and its broader topic where it has none. `version` is the `Topic.version` of the first that the person
    read.

    Raise Topic.DoesNotExist, StaleVersionError, MergeRefusedError.
    """
    if topic_id == into_id:
        raise MergeRefusedError(_("A topic is not merged into itself: choose another."))
    _lock_statements_about(topic_id)
    topic, into = _lock_both(topic_id, into_id)
    # what came to be about the first before its row was locked
    _lock_statements_about(topic_id)
    if version is not None and version != topic.version:
        raise StaleVersionError(_("It was changed since you opened it: read it again."))
    _refuse(topic, into)
    with beyond_drafts("merge", by=by):
        _move_statements(topic, into)
        TopicSameAs.objects.filter(topic=topic).update(topic=into)
        _fill_in(topic, into)
        Topic.objects.filter(broader=topic).update(broader=into)
        Topic.objects.filter(merged_into=topic).update(merged_into=into)
        Topic.objects.filter(pk=topic.pk).update(merged_into=into)
    return Topic.objects.get(pk=into.pk)


def _lock_statements_about(topic_id: UUID) -> None:
    """Lock them as whoever changes a statement does: it first, and what it names afterwards."""
    lock_statements(Q(pk__in=StatementTopic.objects.filter(topic=topic_id).order_by().values("statement")))


def _lock_both(topic_id: UUID, into_id: UUID) -> tuple[Topic, Topic]:
    """Lock both and whatever points to the first, in the order of their ids."""
    touched = Q(pk__in=[topic_id, into_id]) | Q(broader=topic_id) | Q(merged_into=topic_id)
    locked = {row.pk: row for row in Topic.objects.filter(touched).order_by("pk").select_for_update()}
    if missing := {topic_id, into_id} - set(locked):
        raise Topic.DoesNotExist(_("There is no topic %s.") % ", ".join(map(str, missing)))
    return locked[topic_id], locked[into_id]


def _refuse(topic: Topic, into: Topic) -> None:
    for row in (topic, into):
        if row.merged_into is not None:
            raise MergeRefusedError(
                _("“%(name)s” was merged already: it is “%(now)s” (%(id)s) now.")
                % {"name": row, "now": row.merged_into, "id": row.merged_into_id}
            )
    if _is_within(into, topic.pk):
        raise MergeRefusedError(
            _("“%(into)s” is part of “%(name)s”: merge the other way round, or take it out of it first.")
            % {"name": topic, "into": into}
        )


def _is_within(one: Topic, broad: UUID) -> bool:
    """Whether the broad one is its broader topic, directly or through others."""
    passed: set[UUID] = set()
    step = one.broader_id
    while step is not None and step not in passed:
        if step == broad:
            return True
        passed.add(step)
        step = Topic.objects.values_list("broader", flat=True).get(pk=step)
    return False


def _move_statements(topic: Topic, into: Topic) -> None:
    rows = StatementTopic.objects.filter(topic=topic)
    rows.filter(statement__in=StatementTopic.objects.filter(topic=into).order_by().values("statement")).delete()
    rows.update(topic=into)


def _fill_in(topic: Topic, into: Topic) -> None:
    """Let the kept one be found by what it lacked, and belong where the other did, if it belonged nowhere."""
    values: dict[str, Any] = {}
    if set(topic.labels) - set(into.labels):
        values["labels"] = {**topic.labels, **into.labels}
    if topic.broader_id and not into.broader_id and topic.broader_id != into.pk and not _is_within(topic, into.pk):
        values["broader"] = topic.broader_id
    if values:
        Topic.objects.filter(pk=into.pk).update(**values)
