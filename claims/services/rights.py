"""Who may see and change which statements: the one answer for admin, API and commands."""

from typing import TYPE_CHECKING

from claims.models import Statement

if TYPE_CHECKING:
    from claims.querysets import StatementQuerySet
    from config.access.permissions import Access

SEE, CHANGE, CHANGE_OTHERS, PUBLISH = (
    "claims.view_statement",
    "claims.change_statement",
    "claims.edit_others_statement",
    "claims.publish_statement",
)


def may_change(access: "Access", statement: Statement) -> bool:
    """Tell whether they may change a draft: their own, or anybody's; whether it is a draft is another question."""
    if not access.may(CHANGE):
        return False
    is_own = access.user is not None and statement.created_by_id == access.user.pk
    return is_own or access.may(CHANGE_OTHERS)


def seen_statements(access: "Access", rows: "StatementQuerySet | None" = None) -> "StatementQuerySet":
    """Return the statements that they see, of all or of some: published ones, for contributors their own drafts too."""
    statements: StatementQuerySet = Statement.objects.all() if rows is None else rows
    if access.user is None or not access.may(SEE):
        return statements.published()
    return statements.seen_by(access.user.pk, all_drafts=access.may(CHANGE_OTHERS))
