"""Drafts do not exist for the public: real servers with and without them answer everything alike, byte for byte."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from claims.models import Appearance, Attribution, Mention, Relay, Segment, Statement, Wording
from config.access.roles import Role
from tests.leaks.asking import Answer, Request
from tests.leaks.conftest import Pair
from tests.leaks.filling import NOBODY
from tests.leaks.hidden import CANNOT, DATES, MARK, canary, forbidden, text_fields
from tests.leaks.mistakes import mistakes
from tests.leaks.routes import all_routes
from tests.leaks.surface import LONG, SCHEMA, SHORT, Surface, ids_by_name

#: a login form is new each time
NEW_EACH_TIME = re.compile(rb'(csrftoken=|name="csrfmiddlewaretoken" value="|expires=)[^";]+')
LEAST = 400
UUID_FORM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: requests that are made once more with a token
MOST_AGAIN = 80
pytestmark = pytest.mark.django_db


@dataclass
class Replay:
    """What was asked of both servers, and where they differed."""

    pair: Pair
    asked: dict[Request, Answer] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def ask(self, request: Request) -> Answer:
        """Ask both the same; return what the one with drafts answers."""
        if request in self.asked:
            return self.asked[request]
        other = self.pool.submit(self.pair.without.asker.ask, request)
        answer = self.pair.beside.asker.ask(request)
        self.differences += differences(request, _plain(other.result()), _plain(answer))
        self.asked[request] = answer
        return answer


def _plain(answer: Answer) -> Answer:
    headers = tuple((name, NEW_EACH_TIME.sub(rb"\1", value.encode()).decode()) for name, value in answer.headers)
    return Answer(answer.status, headers, NEW_EACH_TIME.sub(rb"\1", answer.body))


def differences(request: Request, without: Answer, beside: Answer) -> Iterator[str]:
    """Say how two answers differ: status, headers, the first place of the bodies."""
    if without.status != beside.status:
        yield f"{request}: {without.status} without drafts, {beside.status} with"
    if without.headers != beside.headers:
        odd = sorted(set(without.headers) ^ set(beside.headers))
        yield f"{request}: headers {odd or 'in another order'}"
    if without.body != beside.body:
        place = next(
            (n for n, (one, other) in enumerate(zip(without.body, beside.body, strict=False)) if one != other),
            min(len(without.body), len(beside.body)),
        )
        around = slice(max(place - 60, 0), place + 60)
        yield f"{request}: body {without.body[around]!r} without drafts, {beside.body[around]!r} with"


@pytest.fixture(scope="module")
def replay(pair: Pair, is_long: bool) -> Replay:
    """Walk the whole surface, once for all tests here."""
    replay = Replay(pair)
    routes = all_routes()
    document = pair.beside.asker.get(f"{SCHEMA}?format=json").json
    surface = Surface(
        routes,
        document,
        replay.ask,
        amount=LONG if is_long else SHORT,
        once=ids_by_name(routes, pair.record.once),
        hidden=ids_by_name(routes, pair.hidden),
        hidden_words=[canary("Speaker.name"), MARK, canary("Wording.text")],
    )
    surface.walk()
    assert surface.unfilled == []
    return replay


def test_every_public_answer_is_the_same_with_and_without_drafts(replay: Replay) -> None:
    print(f"{len(replay.asked)} requests compared")
    assert len(replay.asked) > LEAST
    statuses = {answer.status for answer in replay.asked.values()}
    assert statuses >= {200, 301, 302, 400, 401, 403, 404, 405, 406, 410}
    assert not statuses & {500, 502, 503}
    assert replay.differences == [], "\n".join([f"{len(replay.differences)} differences", *replay.differences[:20]])


def test_every_hidden_row_answers_as_a_random_id_does(pair: Pair, is_long: bool) -> None:
    routes = [one for one in all_routes() if one.model and "get" in one.methods and len(one.names) == 1]
    asked = 0
    for route in routes:
        if not route.template.startswith("/api/"):
            continue
        unknown = pair.beside.asker.get(route.filled(NOBODY))
        assert unknown.status == 404
        rows = pair.hidden.get(route.model, [])  # type: ignore[arg-type]
        for row in rows if is_long else rows[:20]:
            answer = pair.beside.asker.get(route.filled(str(row)))
            asked += 1
            assert answer == unknown, f"{route.filled(str(row))}: {answer.status} {answer.body[:300]!r}"
    print(f"{asked} hidden rows asked for")
    assert asked > 150


def test_every_text_field_holds_a_canary(pair: Pair, django_db_blocker: Any) -> None:
    missing = []
    with django_db_blocker.unblock(), pair.beside.database.used():
        for name, model, field_ in text_fields():
            if name in CANNOT:
                continue
            word = DATES.get(name, MARK)
            rows: Any = model._default_manager.values_list(field_.name, flat=True).order_by()
            texts = (bytes(one).decode() if isinstance(one, memoryview | bytes) else str(one) for one in rows)
            if not any(word in text.lower() for text in texts):
                missing.append(name)
    assert missing == []


def test_no_canary_is_in_any_public_answer(replay: Replay) -> None:
    found = []
    for request, answer in replay.asked.items():
        own = {word for word in forbidden() if word in str(request).lower().encode()}
        said = answer.everything.lower()
        found += [f"{request}: {word!r}" for word in forbidden() if word in said and word not in own]
    assert found == []


def test_a_reader_is_shown_what_the_public_is(replay: Replay, pair: Pair) -> None:
    token = (("Authorization", f"Bearer {pair.record.tokens[Role.READER]}"),)
    plain = [one for one in replay.asked if one.method == "GET" and not one.headers and one.path.startswith("/api/v1/")]
    for request in plain[:: max(len(plain) // MOST_AGAIN, 1)]:
        answer = pair.beside.asker.ask(Request(request.path, headers=token))
        public = replay.asked[request]
        assert answer.status == public.status, request
        # a refusal says in which role
        assert answer.body.replace(b"act as reader", b"act as public") == public.body, request


def test_a_contributor_is_shown_no_draft_of_others(replay: Replay, pair: Pair) -> None:
    token = {"Authorization": f"Bearer {pair.record.tokens[Role.CONTRIBUTOR]}"}
    of_drafts = [
        canary(f"{model.__name__}.{name}").encode()
        for model in (Statement, Wording, Segment, Mention, Relay, Appearance)
        for name in {one.name for one in model._meta.concrete_fields}
    ]
    routes = [one for one in all_routes() if one.model is Statement and "get" in one.methods]
    addresses = [f"/api/v1/statements/?limit=100&{query}" for query in ("status=draft&status=in_review", "q=concern")]
    for route in routes:
        if len(route.names) == 1:
            addresses += [route.filled(str(row)) for row in pair.hidden[Statement][:10]]
            addresses += [route.filled(str(row)) for row in pair.record.once[Statement]]
    addresses += [one.path for one in replay.asked if "/history/" in one.path and one.method == "GET"][:40]
    hidden = {str(row) for row in pair.hidden[Statement]}
    wrong = []
    for path in addresses:
        answer = pair.beside.asker.get(path, **token)
        said = answer.everything.lower()
        wrong += [f"{path}: {word!r}" for word in of_drafts if word in said]
        if "?" not in path and path.strip("/").split("/")[3] in hidden and answer.status != 404:
            wrong.append(f"{path}: {answer.status}")
    assert wrong == [], "\n".join(wrong)


def test_a_contributor_who_writes_what_is_in_a_draft_of_others_is_not_told_its_id(
    pair: Pair, django_db_blocker: Any
) -> None:
    token = {"Authorization": f"Bearer {pair.record.tokens[Role.CONTRIBUTOR]}"}
    with django_db_blocker.unblock(), pair.beside.database.used():
        segment = (
            Segment.objects.filter(appearance__statement__in=pair.hidden[Statement], exact__contains=MARK)
            .select_related("appearance__source_text")
            .order_by("id")[0]
        )
        report = segment.appearance
        said = Attribution.objects.of_speakers().filter(statement=report.statement_id)
        speakers = [{"speaker": str(key), "role": None} for key in said.values_list("speaker", flat=True)]
    span = {"start": segment.start, "end": segment.end, "exact": segment.exact}
    quote = {"source": str(report.source_text.source_id), "quotation_type": "direct", "segments": [span]}
    body = {"speakers": speakers, "appearances": [quote]}
    answer = pair.beside.asker.send("POST", "/api/v1/statements/", body, headers=token)
    assert answer.status in {201, 409}, answer.body
    hidden = {str(row) for row in pair.hidden[Statement]}
    told = set(UUID_FORM.findall(answer.body.decode()))
    assert not told & hidden, answer.body


def test_no_canary_is_in_any_log(pair: Pair, django_db_blocker: Any) -> None:
    """After everything that curators can do wrong with drafts."""
    curator = {"Authorization": f"Bearer {pair.record.tokens[Role.ADMINISTRATOR]}"}
    statuses: Counter[int] = Counter()
    with django_db_blocker.unblock(), pair.beside.database.used():
        attempts = list(mistakes(pair.hidden))
    for method, path, body, headers in attempts:
        answer = pair.beside.asker.send(method, path, body, headers={**curator, **headers})
        statuses[answer.status] += 1
        public = pair.beside.asker.send(method, path, body, headers=headers)
        assert public.status in {401, 404, 405, 400}, (method, path, public.status)
        assert not any(word in public.everything.lower() for word in forbidden())
    print(dict(statuses))
    assert statuses[400] > 5
    assert statuses[409] > 5
    assert statuses[412]
    words = pair.beside.server.words.lower()
    logged = "".join(path.read_text("utf-8", "replace") for path in pair.beside.database.logs()).lower()
    assert [word for word in forbidden() if word.decode() in words] == []
    assert [word for word in forbidden() if word.decode() in logged] == []


def test_a_curator_is_shown_the_canaries(pair: Pair) -> None:
    """Or nothing here could fail."""
    token = {"Authorization": f"Bearer {pair.record.tokens[Role.CURATOR]}"}
    said = b""
    for name in ("speakers", "sources", "publishers", "topics", "events", "claims", "roles", "memberships"):
        said += pair.beside.asker.get(f"/api/v1/{name}/?limit=100", **token).body
    for status in ("draft", "in_review"):
        said += pair.beside.asker.get(f"/api/v1/statements/?status={status}&limit=100", **token).body
    for word in (
        *map(canary, ("Speaker.name", "Source.title", "Wording.text", "Segment.exact", "Role.labels")),
        *DATES.values(),
    ):
        assert word.encode() in said, word
