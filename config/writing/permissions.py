"""Who may write: nobody without a token, and who may not is told which role it takes."""

from django.contrib.auth.models import Group

from config.access.permissions import Access
from config.access.roles import GROUPS, Role
from config.http import problems

WHO_ASKS = "Writing takes a token: send it as `Authorization: Bearer ar_…`."


def check_known(access: Access) -> None:
    """Raise ProblemError (401) where nobody says who asks."""
    if access.user is None:
        raise problems.ProblemError(problems.UNAUTHORIZED, WHO_ASKS)


def check_allowed(access: Access, *permissions: str) -> None:
    """Raise ProblemError (403) that says which role it takes, unless they have all of these permissions."""
    for permission in permissions:
        if not access.may(permission):
            raise refused(access, permission)


def refused(access: Access, permission: str) -> problems.ProblemError:
    """Return the error that their role does not have a permission (`app_label.codename`)."""
    needed = role_with(permission)
    takes = f"It takes the role of {needed}" if needed else "No role may do it"
    return problems.ProblemError(problems.FORBIDDEN, f"{takes}; you act as {access.role}.")


def role_with(permission: str) -> Role | None:
    """Return the lowest role whose group has a permission (`app_label.codename`)."""
    app, _dot, codename = permission.partition(".")
    names = set(
        Group.objects.filter(permissions__content_type__app_label=app, permissions__codename=codename)
        .order_by()
        .values_list("name", flat=True)
    )
    return next((role for role, group in GROUPS.items() if group in names), None)
