"""The page on which two topics become one."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.admin.merging import Merging, listed
from claims.models import Topic
from claims.services.merging_topics import merge_topics


class TopicMerging(Merging):
    """Merging topics."""

    change_form_template = "admin/claims/topic/change_form.html"
    merge_permission = "claims.merge_topic"
    merge_title = gettext_lazy("Merge into another topic")
    named_by = Topic._meta.get_field("broader")

    def merge(self, *, pk: UUID, into: UUID, by: User, version: int | None) -> Topic:
        return merge_topics(topic_id=pk, into_id=into, by=by, version=version)

    def compared(self, row: Topic) -> dict[str, Any]:
        return {
            _("labels"): "; ".join(f"{label} ({language})" for language, label in sorted(row.labels.items())),
            _("broader"): row.broader or "",
            _("narrower"): listed(row.narrower.live()),
            _("same as"): listed(row.same_as.all()),
            _("statements"): row.statementtopic_set.count(),
            _("merged into it"): row.merged.count(),
        }
