"""The desk as somebody sits at it: decisions on one text, made by their handlers as the page's requests make them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from claims.desk.decisions.base import Asked, Desk, Done, Handler
from claims.desk.items import Items
from config.access.permissions import Access
from config.http.problems import ProblemError
from sources.models import SourceText
from sources.models.fields import uuid7
from tests.claims.admin.test_statements import browser_of, person


def sit_down(revision: SourceText, name: str, group: str = "curators") -> Desk:
    """Return the desk of the person of this name, made if they are not there, with a text on it."""
    user = User.objects.filter(username=name).first() or person(name, group)
    user = User.objects.get(pk=user.pk)  # without what was asked of another
    access = Access(user=user)
    revision = SourceText.objects.select_related("source").get(pk=revision.pk)
    return Desk(revision=revision, access=access, items=Items(revision, access))


def decide(
    handler: Handler, desk: Desk, given: Mapping[str, Any], about: UUID | None = None, seen: int | None = None
) -> Done:
    """Make a decision; about an item, in the version that it has now unless another was seen."""
    desk.items.forget()
    if about is not None and seen is None:
        seen = next((one.version for one in desk.items.all() if one.id == about), 1)
    asked = Asked(key=uuid7(), group=uuid7(), about=about, seen=seen, do="", given=given)
    return handler(desk, asked)


def refused(
    handler: Handler, desk: Desk, given: Mapping[str, Any], about: UUID | None = None, seen: int | None = None
) -> dict[str, Any]:
    """Return the problem document that a decision is refused with."""
    with pytest.raises(ProblemError) as caught:
        decide(handler, desk, given, about, seen)
    return caught.value.document


def post(desk: Desk, do: str, given: Mapping[str, Any], *, status: int = 200, **members: Any) -> Any:
    """Send a decision as the page of the desk does; return the answer, whose status must be this one."""
    body = {
        "key": str(uuid7()),
        "group": str(uuid7()),
        "as": desk.person.pk,
        "revision": str(desk.revision.pk),
        "about": None,
        "seen": None,
        "do": do,
        "with": given,
        **members,
    }
    address = reverse("desk:decisions", args=[desk.revision.source_id])
    answer = browser_of(desk.person).post(address, body, content_type="application/json")
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.json()
