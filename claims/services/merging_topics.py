"""Two topics found to be the same become one: all that names the first names the second afterwards."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from claims.models import StatementTopic, Topic, TopicSameAs
from claims.services.beyond_drafts import beyond_drafts
from claims.services.merging_rows import MergeRefusedError, belongs_to, lock_both, lock_statements
from claims.services.reviewing import check_version

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
    _lock_statements_about(topic_id, into_id)
    missing = _("There is no topic %s.")
    topic, into = lock_both(Topic, topic_id, into_id, whole="broader", missing=missing)
    # what came to be about the first before its row was locked
    _lock_statements_about(topic_id, into_id)
    check_version(topic, version)
    _refuse(topic, into)
    with beyond_drafts("merge", by=by):
        _move_statements(topic, into)
        TopicSameAs.objects.filter(topic=topic).update(topic=into)
        _fill_in(topic, into)
        Topic.objects.filter(broader=topic).update(broader=into)
        Topic.objects.filter(merged_into=topic).update(merged_into=into)
        Topic.objects.filter(pk=topic.pk).update(merged_into=into)
    return Topic.objects.get(pk=into.pk)


def _lock_statements_about(*topics: UUID) -> None:
    lock_statements(Q(pk__in=StatementTopic.objects.filter(topic__in=topics).order_by().values("statement")))


def _refuse(topic: Topic, into: Topic) -> None:
    for row in (topic, into):
        if row.merged_into is not None:
            raise MergeRefusedError(
                _("“%(name)s” was merged already: it is “%(now)s” (%(id)s) now.")
                % {"name": row, "now": row.merged_into, "id": row.merged_into_id}
            )
    if belongs_to(into, topic.pk, whole="broader"):
        raise MergeRefusedError(
            _("“%(into)s” is part of “%(name)s”: merge the other way round, or take it out of it first.")
            % {"name": topic, "into": into}
        )


def _move_statements(topic: Topic, into: Topic) -> None:
    rows = StatementTopic.objects.filter(topic=topic)
    rows.filter(statement__in=StatementTopic.objects.filter(topic=into).order_by().values("statement")).delete()
    rows.update(topic=into)


def _fill_in(topic: Topic, into: Topic) -> None:
    """Let the kept one be found by what it lacked, and belong where the other did, if it belonged nowhere."""
    values: dict[str, Any] = {}
    if set(topic.labels) - set(into.labels):
        values["labels"] = {**topic.labels, **into.labels}
    if topic.broader_id and not into.broader_id and not belongs_to(topic, into.pk, whole="broader"):
        values["broader"] = topic.broader_id
    if values:
        Topic.objects.filter(pk=into.pk).update(**values)
