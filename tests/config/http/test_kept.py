"""What is asked for again while nothing was committed is answered by what is kept; never by what was before."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from claims.models import Speaker, Statement
from config.http.kept import LONGEST, Asked, Kept, KeptAnswerMiddleware, Shelf
from tests import factories

STATEMENTS = "/api/v1/statements/"
#: which is made by two queries
LIST = f"{STATEMENTS}?count=true"
#: of the moment that an answer is of
ONE_QUERY = 1

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])


@pytest.fixture
def client() -> Client:
    """Asks a server process of its own, with nothing kept yet."""
    return Client(headers={"host": "localhost"})


def asked(client: Client, path: str = LIST, headers: dict[str, str] | None = None, *, times: int = 1) -> Any:
    for _ in range(times):
        answer = client.get(path, headers=headers)
    return answer


def queries(client: Client, path: str = LIST, headers: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(connections["public"]) as seen:
        asked(client, path, headers)
    return len(seen)


def is_kept(client: Client, path: str = LIST, headers: dict[str, str] | None = None) -> bool:
    """Whether it is answered by what is kept before long: commits in other databases of the server make it void too."""
    return any(queries(client, path, headers) == ONE_QUERY for _ in range(200))


def names(answer: Any) -> list[str]:
    return [row["speakers"][0]["speaker"]["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize("path", [LIST, "{one}", f"{LIST}&q=inquiets&limit=1", f"{STATEMENTS}facets/?facet=speaker"])
def test_the_fourth_answer_is_the_first_word_for_word(client: Client, path: str) -> None:
    statement = factories.full()
    factories.published()
    path = path.format(one=f"{STATEMENTS}{statement.pk}/")
    first, *_others, third, fourth = (asked(client, path) for _ in range(4))
    assert first.status_code == 200
    assert (third.content, _without_limit(third)) == (first.content, _without_limit(first))
    assert (fourth.content, _without_limit(fourth)) == (first.content, _without_limit(first))
    assert is_kept(client, path)


def test_what_somebody_has_is_not_sent_again(client: Client) -> None:
    factories.published()
    tag = asked(client)["ETag"]
    made = asked(Client(headers={"host": "localhost"}), headers={"If-None-Match": tag})
    asked(client, times=3)
    asked(client, headers={"If-None-Match": tag})
    kept = asked(client, headers={"If-None-Match": tag})
    assert (kept.status_code, kept.content, _without_limit(kept)) == (304, b"", _without_limit(made))
    assert is_kept(client, headers={"If-None-Match": tag})
    assert asked(client, headers={"If-None-Match": '"another"'}).status_code == 200


def test_it_is_kept_for_who_always_asks_whether_it_changed(client: Client) -> None:
    statement = factories.published()
    condition = {"If-None-Match": asked(Client(headers={"host": "localhost"}))["ETag"]}
    assert [asked(client, headers=condition).status_code for _ in range(4)] == [304] * 4
    assert is_kept(client, headers=condition)
    Speaker.objects.filter(pk=statement.attributions.get().speaker_id).update(name="Ada Neu")
    assert [asked(client, headers=condition).status_code for _ in range(3)] == [200] * 3


def test_what_is_committed_shows_at_once(client: Client) -> None:
    statement = factories.published()
    speaker = statement.attributions.get().speaker
    asked(client, times=3)
    for name in ("Ada Neu", "Ada Neuer", "Ada Neueste"):
        Speaker.objects.filter(pk=speaker.pk).update(name=name)
        assert [names(asked(client)) for _ in range(4)] == [[name]] * 4


def test_what_is_not_committed_shows_to_nobody(client: Client) -> None:
    statement = factories.published()
    speaker = statement.attributions.get().speaker
    before = names(asked(client, times=3))
    with transaction.atomic():
        Speaker.objects.filter(pk=speaker.pk).update(name="Ada Neu")
        assert names(asked(client, times=3)) == before
    assert names(asked(client)) == ["Ada Neu"]


def test_an_answer_during_which_something_was_committed_is_not_kept() -> None:
    factories.published()
    made = []

    def make(_request: HttpRequest) -> HttpResponse:
        made.append(Statement.objects.using("public").count())
        if len(made) == 3:  # which is made to be kept
            _elsewhere(lambda: factories.published())
        return HttpResponse(str(made[-1]))

    middleware = KeptAnswerMiddleware(make)
    answers = [middleware(RequestFactory().get(LIST)).content for _ in range(6)]
    assert answers == [b"1", b"1", b"1", b"2", b"2", b"2"]


def test_nothing_counts_that_was_kept_before_a_connection_was_made(client: Client) -> None:
    factories.published()
    asked(client, times=3)
    assert is_kept(client)
    connections["public"].close()
    assert all(queries(client) > ONE_QUERY for _ in range(2))
    assert is_kept(client)


def test_headers_without_effect_make_no_other_question(client: Client) -> None:
    factories.published()
    for number in range(3):
        asked(client, headers={"X-Request-Id": str(number), "User-Agent": f"poller {number}"})
    assert any(queries(client, headers={"X-Request-Id": str(number)}) == ONE_QUERY for number in range(200))
    assert queries(client, headers={"Accept": "application/json"}) > ONE_QUERY


@pytest.mark.parametrize("header", ["Authorization", "Cookie"])
def test_who_may_be_shown_something_else_is_answered_anew(header: str) -> None:
    made: list[HttpRequest] = []
    middleware = _counting(made, HttpResponse(b""))
    _connect()
    for _ in range(4):
        middleware(RequestFactory().get(LIST, headers={header: "a=b"}))
    assert len(made) == 4


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(b"wrong", status=400),
        HttpResponse(b"gone", status=404),
        HttpResponse(b"x" * (LONGEST + 1)),
        HttpResponse(b"secret", headers={"Cache-Control": "no-store"}),
    ],
    ids=["400", "404", "too long", "not to be stored"],
)
def test_only_whole_answers_of_no_great_length_are_kept(answer: HttpResponse) -> None:
    made: list[HttpRequest] = []
    middleware = _counting(made, answer)
    _connect()
    for _ in range(4):
        assert middleware(RequestFactory().get(LIST)) is answer
    assert len(made) == 4


def test_links_are_to_the_host_that_was_asked(client: Client) -> None:
    factories.published()
    factories.published()
    path = f"{LIST}&limit=1"
    asked(client, path, {"host": "localhost"}, times=3)
    asked(client, path, {"host": "127.0.0.1:8000"}, times=3)
    assert asked(client, path, {"host": "localhost"}).json()["next"].startswith("http://localhost/")
    assert asked(client, path, {"host": "127.0.0.1:8000"}).json()["next"].startswith("http://127.0.0.1:8000/")


def test_limits_count_what_is_answered_by_what_is_kept(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.LIMIT_PUBLIC, settings.COUNTERS_DIR = 300, tmp_path
    factories.published()
    left = [_left(asked(client)) for _ in range(5)]
    assert left == sorted(left, reverse=True)
    assert left[-1] < left[0]


def test_none_is_kept_where_there_is_no_room(client: Client, settings: Any) -> None:
    settings.KEPT_ANSWERS_MB = 0
    factories.published()
    asked(client, times=3)
    made = queries(client)
    asked(client, times=3)
    assert queries(client) == made


def test_what_was_asked_last_stays() -> None:
    shelf = Shelf(1)
    kept = Kept(200, {}, b"x" * (300 * 1024))
    for number in range(5):
        shelf.put(bytes([number]), Asked("now", kept))
    assert shelf.bytes <= shelf.most_bytes
    assert [shelf.look(bytes([number])) is not None for number in (4, 3, 2, 1, 0)] == [True, True, True, False, False]


def test_questions_take_no_more_room_than_there_is_whatever_comes_with_them() -> None:
    middleware = KeptAnswerMiddleware(lambda _request: HttpResponse(b""))
    middleware.shelf = Shelf(1)
    for number in range(3_000):
        middleware(RequestFactory().get(f"{LIST}&q={number}", headers={"Accept": "x" * 10_000}))
    keys = list(middleware.shelf._found)
    assert {len(key) for key in keys} == {32}
    assert len(keys) <= 512
    assert middleware.shelf.bytes <= middleware.shelf.most_bytes


def test_nothing_is_kept_of_a_transaction_of_ones_own() -> None:
    made: list[HttpRequest] = []
    middleware = _counting(made, HttpResponse(b""))
    _connect()
    with transaction.atomic(using="public"):
        for _ in range(4):
            middleware(RequestFactory().get(LIST))
    assert len(made) == 4


def _counting(made: list[HttpRequest], answer: HttpResponse) -> KeptAnswerMiddleware:
    """Before what always makes this answer, and notes for whom."""

    def make(request: HttpRequest) -> HttpResponse:
        made.append(request)
        return answer

    return KeptAnswerMiddleware(make)


def _without_limit(answer: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers.items() if name != "RateLimit"]


def _left(answer: Any) -> int:
    return int(answer["RateLimit"].split("r=")[1].split(";")[0])


def _connect() -> None:
    """Have the connection that a view would have made."""
    connections["public"].ensure_connection()


def _elsewhere(act: Any) -> None:
    """Do something on another connection, and wait until it is done."""

    def done() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=done)
    thread.start()
    thread.join()
