"""Bodies that are too large are refused by their length, unread."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.http.limits import MOST_OF_STRANGERS, BodyLimitMiddleware

MB = 1024 * 1024
WORDS = "Le ministre a déclaré jeudi que l'accord de pêche était une préoccupation pour les deux pays voisins."


class Unread:
    """A body that nobody may read."""

    def read(self, *arguments: Any) -> bytes:
        raise AssertionError("the body was read")


def _answer(path: str, size: str, cookie: str = "") -> HttpResponse:
    request = RequestFactory().post(path, headers={"cookie": cookie, "accept-language": "fr"})
    request.META.update({"CONTENT_LENGTH": size, "wsgi.input": Unread()})
    return BodyLimitMiddleware(_pass)(request)


def _pass(request: HttpRequest) -> HttpResponse:
    return HttpResponse("passed")


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["", "sessionid=x", "sessionid=" + "a" * 32, 'sessionid="\\000"', "other=1"])
@pytest.mark.parametrize("size", [MOST_OF_STRANGERS + 1, 400 * MB])
def test_strangers_may_send_little(cookie: str, size: int) -> None:
    answer = _answer("/admin/login/", str(size), cookie)
    assert (answer.status_code, answer["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert "25" in answer.content.decode()


@pytest.mark.django_db
def test_people_may_send_a_document(client: Client) -> None:
    client.force_login(User.objects.create_user("curator"))
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert _answer("/admin/", str(25 * MB), cookie).content == b"passed"
    assert _answer("/admin/", str(25 * MB + 1), cookie).status_code == 413


@pytest.mark.parametrize("size", ["", "0", "x", "-1", str(MOST_OF_STRANGERS)])
def test_small_bodies_pass_without_a_question(size: str) -> None:
    assert _answer("/admin/login/", size).content == b"passed"


def test_programs_read_a_problem() -> None:
    answer = _answer("/api/v1/statements/", str(MB))
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["type"] == "/api/problems/#too-large"


@pytest.mark.django_db
def test_files_between_the_limits_get_the_forms_own_sentence(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(User.objects.create_superuser("curator"))
    upload = SimpleUploadedFile("a.txt", b"x" * (20 * MB + 1))
    answer = client.post("/admin/sources/source/add/", {"upload": upload})
    assert answer.status_code == 200
    assert "It has 20,971,521 bytes; 20,971,520 are the most." in answer.content.decode()
