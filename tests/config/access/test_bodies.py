"""Bodies are read first, so many at once; one without its length is refused."""

import io
import json
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.access import bodies
from config.access.bodies import BodyMiddleware, Places


class BrokenOff(io.BytesIO):
    """A body whose sender went away."""

    def read(self, *arguments: Any) -> bytes:
        raise OSError("connection reset")


def answered(**meta: Any) -> HttpResponse:
    request = RequestFactory().post("/api/v1/statements/", {"a": 1}, content_type="application/json")
    request.META.update(meta)
    if "wsgi.input" in meta:
        request.environ["wsgi.input"] = meta["wsgi.input"]
        request._stream = meta["wsgi.input"]
    return BodyMiddleware(said)(request)


def said(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body)


def problem(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["type"].partition("#")[2]


def test_who_comes_later_reads_the_body_too() -> None:
    assert answered().content == b'{"a": 1}'


def test_chunks_are_refused_and_told_what_would_be_right() -> None:
    answer = answered(HTTP_TRANSFER_ENCODING="chunked")
    assert problem(answer) == (411, "length-required")
    assert "Content-Length" in answer.content.decode()


def test_a_body_that_broke_off_is_no_defect() -> None:
    assert problem(answered(**{"wsgi.input": BrokenOff(b"{")})) == (400, "bad-request")


def test_where_no_place_becomes_free_it_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS_TO_WAIT", 0.01)
    middleware = BodyMiddleware(said)
    middleware.places = Places(1, of_one=1)
    request = RequestFactory().post("/api/v1/statements/", {"a": 1}, content_type="application/json")
    with middleware.places.taken("192.0.2.1") as is_taken:
        assert is_taken
        answer = middleware(request)
    assert problem(answer) == (503, "unavailable")
    assert answer["Retry-After"]
    assert middleware(request).content == b'{"a": 1}'


class TestPlaces:
    def test_one_address_holds_some_of_them_and_others_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "SECONDS_TO_WAIT", 0.01)
        places = Places(3, of_one=1)
        with places.taken("a") as first, places.taken("a") as again, places.taken("b") as other:
            assert (first, again, other) == (True, False, True)
        with places.taken("a") as later:
            assert later

    def test_who_waits_is_let_in_once_one_is_free(self) -> None:
        places, let_in = Places(1, of_one=1), threading.Event()

        def wait() -> None:
            with places.taken("b") as is_taken:
                if is_taken:
                    let_in.set()

        with places.taken("a"):
            waiting = threading.Thread(target=wait)
            waiting.start()
            assert not let_in.wait(0.05)
        assert let_in.wait(5)
        waiting.join()
