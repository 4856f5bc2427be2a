"""Acts on more than one row, carried out from a page of the admin: what refuses them is told to the person."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest

from claims.models import Statement
from claims.models.vocabularies import Status
from claims.services.beyond_drafts import ActRefusedError
from claims.services.reviewing import TransitionRefusedError
from claims.services.rights import PUBLISH, may_change
from config.access.permissions import access_of
from config.history.acting import Origin, acting
from config.writing.refusals import refusal_of
from config.writing.retrying import retried

Result = TypeVar("Result")


def carry_out(request: HttpRequest, act: Callable[[], Result]) -> Result | None:
    """Return what the act returns; where it is refused, tell the person why and return None, with nothing changed."""
    person: Any = request.user
    try:
        with acting(origin=Origin.ADMIN, user=person.pk):
            return retried(act)
    except (ActRefusedError, TransitionRefusedError) as error:
        messages.error(request, str(error))
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        messages.error(request, refusal.sentence)
    return None


def may_act_on(request: HttpRequest, statement: Statement) -> bool:
    """Whether the person may unite or re-anchor it: a draft as its curator, anything else as a reviewer."""
    access = access_of(request)
    return may_change(access, statement) if statement.status == Status.DRAFT else access.may(PUBLISH)


def version_in(request: HttpRequest, name: str = "version") -> int | None:
    """Return the version that the person read, where the page said it."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
