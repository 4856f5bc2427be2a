"""Every field of every model, sent by a curator and by an administrator: what is not written is refused."""

from typing import Any

import pytest

from claims.models import Claim, Event, IntensityPhrase, Membership, Speaker, Topic
from claims.models import Role as Office
from claims.views import (
    ClaimViewSet,
    EventViewSet,
    IntensityPhraseViewSet,
    MembershipViewSet,
    RoleViewSet,
    SpeakerViewSet,
    TopicViewSet,
)
from config.access.roles import Role
from sources.models import Publisher, Source
from sources.views import PublisherViewSet, SourceViewSet
from tests import factories
from tests.writing import Writer

RESOURCES: dict[str, tuple[Any, Any]] = {
    "publishers": (Publisher, PublisherViewSet),
    "sources": (Source, SourceViewSet),
    "speakers": (Speaker, SpeakerViewSet),
    "roles": (Office, RoleViewSet),
    "memberships": (Membership, MembershipViewSet),
    "events": (Event, EventViewSet),
    "topics": (Topic, TopicViewSet),
    "claims": (Claim, ClaimViewSet),
    "intensity-phrases": (IntensityPhrase, IntensityPhraseViewSet),
}
VALUES: list[Any] = [None, True, 1, "x", "01923f6e-0c21-7b34-a151-3f0c8e2d1bcd", [], {}]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CURATOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", RESOURCES)
def test_what_is_not_written_is_refused(name: str, role: Role) -> None:
    factories.full_draft()
    model, viewset = RESOURCES[name]
    written = set(viewset.write_serializer_class().fields)
    names = {one.name for one in model._meta.get_fields()} | {
        str(getattr(one, "attname", one.name)) for one in model._meta.get_fields()
    }
    closed = sorted((names | {"pk", "_state", "__class__", "save", "objects"}) - written)
    assert {"id", "version"} <= set(closed)
    writer = Writer(role)
    row = model.objects.order_by("pk").first()
    path = f"/api/v1/{name}/{row.pk}/"
    before, etag = writer.read(path)
    for member in closed:
        for value in VALUES:
            problem = writer.send("patch", path, {member: value}, status=400, etag=etag)
            assert [one["pointer"] for one in problem["errors"]] == [f"/{member}"]
    problem = writer.send("post", f"/api/v1/{name}/", dict.fromkeys(closed, "x"), status=400)
    assert {f"/{member}" for member in closed} <= {one["pointer"] for one in problem["errors"]}
    assert writer.read(path) == (before, etag)
