"""Drafts do not exist for the public: every answer is the same, byte for byte, with and without them."""

from collections.abc import Iterator
from typing import Any

from claims.exchange.demo import load_demo
from claims.models import Claim, Event, Membership, Position, Relation, Role, Speaker, Statement, StatementTopic, Topic
from claims.services.reviewing import submit
from sources.models import Publisher, Source, SourceText
from tests import factories
from tests.asking import PATHS, Api

CANARY = "Zyzzyva"


def surface(api: Api) -> Iterator[str]:
    """Every public address: all pages, all details, searches and filters that touch what drafts have."""
    for path in PATHS:
        for limit in (3, 100):
            page = api.get(path, limit=limit)
            yield f"{path}?limit={limit}"
            while page["next"]:
                yield page["next"]
                page = api.get(page["next"])
        for row in api.get(path, limit=100)["results"]:
            yield f"{path}{row['id']}/"
    yield f"{PATHS[0]}?q={CANARY}"
    yield f"{PATHS[0]}?q=concern"
    yield f"{PATHS[0]}?q=préoccupation or armement -guerre"
    yield f"{PATHS[0]}?language=xx"
    for name in (
        "speakers/?name",
        "sources/?title",
        "publishers/?name",
        "claims/?text",
        "topics/?label",
        "events/?name",
    ):
        yield f"/api/v1/{name}={CANARY}"
    for state in Speaker.objects.filter(type="state", is_public=True):
        yield f"{PATHS[0]}?speaker={state.pk}&parts=true"
    for name in ("", "api/schema/", "api/problems/", "health/ready"):
        yield f"/{name}"


def recorded(api: Api, addresses: list[str]) -> dict[str, Any]:
    answers = {}
    for address in addresses:
        answer = api.client.get(address)
        answers[address] = (answer.status_code, dict(answer.headers), answer.content)
        if "?q=" not in address and f"={CANARY}" not in address:
            assert CANARY.encode() not in answer.content
    return answers


def add_drafts() -> list[str]:
    """Add drafts of their own and drafts tied to what is public; return addresses that must not be there."""
    for status in ("draft", "in_review"):
        draft = factories.full_draft(CANARY)
        Statement.objects.filter(pk=draft.pk, status="draft").update(cameo="0123")
        if status == "in_review":
            submit(by=factories.user("author"), statement_id=draft.pk)
    public = Statement.objects.filter(status="published").order_by("id")
    tied = factories.draft(
        speakers=[Speaker.objects.filter(is_public=True, type="state").first() or factories.speaker()],
        revision=SourceText.objects.filter(source__is_public=True).first(),
        words=SourceText.objects.filter(source__is_public=True).first().text[:40],  # type: ignore[union-attr]
        said_at="2023-09-13",
        wordings=[{"language": "xx", "text": f"{CANARY} concern"}],
    )
    for statement in public[:5]:
        Relation.objects.create(statement=tied, type="repeats", other=statement)
        Relation.objects.create(statement=statement, type="confirms", other=tied)
    Position.objects.create(statement=tied, claim=Claim.objects.filter(is_public=True)[0], stance="denies")
    StatementTopic.objects.create(statement=tied, topic=Topic.objects.filter(is_public=True)[0])
    person = Speaker.objects.filter(is_public=True, type="person").first()
    hidden = factories.speaker(
        f"{CANARY} Ministry", type="organization", part_of=Speaker.objects.filter(type="state").first()
    )
    role = Role.objects.create(category="other", labels={"en": CANARY})
    Membership.objects.create(speaker=person, role=role, organization=hidden)  # type: ignore[misc]
    rows: dict[str, Any] = {
        "statements": Statement.objects.filter(status__in=["draft", "in_review"]),
        "speakers": Speaker.objects.filter(is_public=False),
        "sources": Source.objects.filter(is_public=False),
        "publishers": Publisher.objects.filter(is_public=False),
        "claims": Claim.objects.filter(is_public=False),
        "topics": Topic.objects.filter(is_public=False),
        "events": Event.objects.filter(is_public=False),
        "roles": Role.objects.exclude(memberships__is_public=True),
        "memberships": Membership.objects.filter(is_public=False),
    }
    return [f"/api/v1/{name}/{key}/" for name, found in rows.items() for key in found.values_list("pk", flat=True)]


def test_every_public_answer_is_the_same_with_and_without_drafts(api: Api) -> None:
    load_demo()
    factories.full()
    addresses = list(surface(api))
    assert len(addresses) > 100
    before = recorded(api, addresses)
    missing = add_drafts()
    with_drafts = {path.split("/")[3] for path in PATHS} - {"intensity-phrases"}
    assert {path.split("/")[3] for path in missing} == with_drafts
    assert list(surface(api)) == addresses
    after = recorded(api, addresses)
    assert {address for address in addresses if before[address] != after[address]} == set()
    unknown = api.client.get("/api/v1/statements/00000000-0000-7000-8000-000000000000/")
    for address in missing:
        answer = api.client.get(address)
        assert (answer.status_code, answer.content, answer.headers) == (404, unknown.content, unknown.headers)
