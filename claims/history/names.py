"""How rows are called in a history whose `str` would ask for others row by row, or load texts."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from claims.models import Membership, Statement
from config.history.names import names_of
from sources.models import SourceText


@names_of(Statement)
def of_statements(ids: Collection[UUID], using: str) -> Mapping[UUID, str]:
    """Name statements by who says what."""
    rows = Statement.objects.using(using).filter(pk__in=ids).order_by()
    return {row.pk: str(row) for row in rows.prefetch_related("wordings", "attributions__speaker")}


@names_of(Membership)
def of_memberships(ids: Collection[UUID], using: str) -> Mapping[UUID, str]:
    """Name roles that were held by which it is, where and when.

    Who held it stands beside it, as it was then; by now it may be held by another speaker, who is not public.
    """
    rows = Membership.objects.using(using).filter(pk__in=ids).order_by()
    return {row.pk: _held(row) for row in rows.select_related("role", "organization")}


def _held(row: Membership) -> str:
    where = f", {row.organization.name}" if row.organization else ""
    when = f" ({row.start or '…'}–{row.end or '…'})" if row.start or row.end else ""
    return f"{row.role}{where}{when}"


@names_of(SourceText)
def of_revisions(ids: Collection[UUID], using: str) -> Mapping[UUID, str]:
    """Name revisions by their document's title and their number."""
    rows = SourceText.objects.using(using).filter(pk__in=ids).order_by()
    return {
        pk: _("%(title)s, revision %(number)s") % {"title": title, "number": number}
        for pk, title, number in rows.values_list("pk", "source__title", "number")
    }
