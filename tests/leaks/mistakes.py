"""Writes that the record refuses, by somebody who may write, about rows that nobody may know of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model

from claims.models import Claim, Event, Membership, Role, Speaker, SpeakerName, Statement, Topic
from sources.models import Publisher, Source, SourceText
from tests.leaks.hidden import LANGUAGE, MARK, address, canary

API = "/api/v1"
Attempt = tuple[str, str, Any, dict[str, str]]


def mistakes(hidden: Mapping[type[Model], Sequence[Any]]) -> Iterator[Attempt]:
    """Yield method, path, body and headers of each, none of which is a right one."""
    yield from _twice()
    yield from _unreadable(hidden)
    yield from _stale(hidden)
    yield from _named_elsewhere(hidden)
    yield from _of_statements(hidden)


def _twice() -> Iterator[Attempt]:
    """What is recorded already, and may be once."""
    name = {"name": canary("SpeakerName.name"), "language": "fr"}
    url = address("SpeakerSameAs.url", 1)
    speaker = {"name": canary("Speaker.name")}
    yield "POST", f"{API}/speakers/", {**speaker, "names": [name, name]}, {}
    yield "POST", f"{API}/speakers/", {**speaker, "same_as": [url, url]}, {}
    yield "POST", f"{API}/speakers/", {**speaker, "same_as": [url]}, {}
    publisher = {"name": canary("Publisher.name")}
    yield "POST", f"{API}/publishers/", {**publisher, "homepage": address("Publisher.homepage", 1)}, {}
    yield "POST", f"{API}/publishers/", {**publisher, "same_as": [address("PublisherSameAs.url", 1)]}, {}
    topic = {"labels": {LANGUAGE: canary("Topic.labels")}}
    yield "POST", f"{API}/topics/", {**topic, "same_as": [address("TopicSameAs.url", 1)]}, {}
    review = {
        "publisher": str(Publisher.objects.order_by("id").values_list("pk", flat=True)[0]),
        "url": address("Review.url", 1),
        "rating": canary("Review.rating"),
        "claim_reviewed": canary("Review.claim_reviewed"),
    }
    yield "POST", f"{API}/claims/", {"text": {"fr": canary("Claim.text")}, "reviews": [review]}, {}
    yield "POST", f"{API}/claims/", {"text": {"fr": canary("Claim.text")}, "reviews": [review, review]}, {}
    source = {"title": canary("Source.title"), "text": canary("SourceText.text"), "language": "fr"}
    yield "POST", f"{API}/sources/", {**source, "url": f"ftp://{MARK}.example/"}, {}
    yield "POST", f"{API}/sources/", {**source, "published_at": f"{MARK}"}, {}


def _unreadable(hidden: Mapping[type[Model], Sequence[Any]]) -> Iterator[Attempt]:
    """Texts that are too long, or that PostgreSQL cannot hold."""
    for text in (canary("Speaker.name") * 300, f"{MARK}\0", f"{MARK}\ud800", {MARK: MARK}, [MARK]):
        for path, member in (("speakers", "name"), ("events", "location"), ("publishers", "name")):
            yield "POST", f"{API}/{path}/", {"name": MARK, member: text}, {}
    for country in (MARK, "zy"):
        yield "POST", f"{API}/speakers/", {"name": MARK, "country": country}, {}
    yield "POST", f"{API}/speakers/", {"name": MARK, MARK: canary("Speaker.note")}, {}
    yield (
        "POST",
        f"{API}/speakers/batch/",
        {"operations": [{"op": "create", "data": {"name": [MARK]}}] * 3, MARK: 1},
        {},
    )
    yield "POST", f"{API}/memberships/", _membership(hidden, start="1805", end="1804"), {}


def _membership(hidden: Mapping[type[Model], Sequence[Any]], **when: str) -> dict[str, Any]:
    return {"speaker": str(_living(hidden)), "role": str(hidden[Role][0]), **when}


def _living(hidden: Mapping[type[Model], Sequence[Any]]) -> Any:
    return Speaker.objects.filter(pk__in=hidden[Speaker], merged_into=None, type="person").values_list("pk", flat=True)[
        0
    ]


def _stale(hidden: Mapping[type[Model], Sequence[Any]]) -> Iterator[Attempt]:
    for model, name in ((Speaker, "speakers"), (Claim, "claims"), (Topic, "topics"), (Event, "events")):
        path = f"{API}/{name}/{hidden[model][0]}/"
        yield "PATCH", path, {}, {"If-Match": '"999"'}
        yield "PATCH", path, {}, {"If-Match": MARK}
        yield "PATCH", path, {}, {}
        yield "DELETE", path, None, {"If-Match": '"999"'}


def _named_elsewhere(hidden: Mapping[type[Model], Sequence[Any]]) -> Iterator[Attempt]:
    """What cannot be deleted, as drafts name it."""
    for model, resource, which in (
        (Speaker, "speakers", {"attributions__isnull": False}),
        (Claim, "claims", {"positions__isnull": False}),
        (Topic, "topics", {"statements__isnull": False}),
        (Event, "events", {"statements__isnull": False}),
        (Source, "sources", {"texts__appearances__isnull": False}),
        (Publisher, "publishers", {"sources__isnull": False}),
        (Role, "roles", {"memberships__isnull": False}),
        (Membership, "memberships", {"attributions__isnull": False}),
    ):
        rows: Any = model
        row = rows.objects.filter(pk__in=hidden[model], **which).order_by("id").first()
        yield "DELETE", f"{API}/{resource}/{row.pk}/", None, {"If-Match": f'"{row.version}"'}
    name = SpeakerName.objects.filter(speaker__in=hidden[Speaker]).select_related("speaker")[0]
    one, into = name.speaker, Speaker.objects.filter(pk__in=hidden[Speaker]).exclude(type=name.speaker.type)[0]
    condition = {"If-Match": f'"{one.version}"'}
    yield "POST", f"{API}/speakers/{one.pk}/merge/", {"into": str(into.pk)}, condition
    yield "POST", f"{API}/speakers/{one.pk}/merge/", {"into": str(one.pk)}, condition
    yield "PATCH", f"{API}/speakers/{one.pk}/", {"part_of": str(one.pk)}, condition
    yield "POST", f"{API}/speakers/{one.pk}/split/", {"name": MARK, "names": [MARK]}, condition
    topic = Topic.objects.filter(pk__in=hidden[Topic], merged_into=None)[0]
    for other in (str(topic.pk), MARK):
        yield "POST", f"{API}/topics/{topic.pk}/merge/", {"into": other}, {"If-Match": f'"{topic.version}"'}


def _of_statements(hidden: Mapping[type[Model], Sequence[Any]]) -> Iterator[Attempt]:
    rows = Statement.objects.filter(pk__in=hidden[Statement]).order_by("id")
    in_review, draft = rows.filter(status="in_review")[0], rows.filter(status="draft", appearances__isnull=False)[0]
    for row, acts in (
        (in_review, ["submit", "withdraw", "unite"]),
        (draft, ["approve", "publish", "return", "withdraw"]),
    ):
        for name in acts:
            body = {"submit": None, "approve": None, "publish": None, "unite": {"into": str(draft.pk)}}.get(
                name, {"reason": canary("Statement.returned_reason")}
            )
            yield "POST", f"{API}/statements/{row.pk}/{name}/", body, {"If-Match": f'"{row.version}"'}
    for row in (in_review, draft):
        condition = {"If-Match": f'"{row.version}"'}
        path = f"{API}/statements/{row.pk}/"
        for values in (
            {"wordings": [{"language": "fr", "text": canary("Wording.text")}] * 2},
            {"intensity": 3, "intensity_phrase": ""},
            {"cameo": MARK[:4], "said_at": MARK},
            {
                "appearances": [
                    {
                        "source": str(hidden[Source][0]),
                        "quotation_type": "direct",
                        "segments": [{"exact": f"{MARK} not there"}],
                    }
                ]
            },
            {"relations": [{"type": "repeats", "statement_id": str(row.pk)}]},
        ):
            yield "PATCH", path, values, condition
        yield "DELETE", path, None, {"If-Match": '"999"'}
    text = SourceText.objects.filter(source__in=hidden[Source]).order_by("-number")[0]
    source = Source.objects.get(pk=text.source_id)
    body = {"text": text.text, "raw": MARK}
    yield "POST", f"{API}/sources/{source.pk}/revisions/", body, {"If-Match": f'"{source.version}"'}
