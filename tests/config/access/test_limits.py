"""Who asks too often waits; nobody gets around it."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from config.access.addresses import address_of
from config.access.services import make_token, revoke
from config.http import problems
from tests.config.access.conftest import MakeToken, MakeUser

STATEMENTS = "/api/v1/statements/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted")]


@pytest.fixture
def limits(settings: Any) -> Any:
    """Five a minute by address, twenty by token, no proxy."""
    settings.LIMIT_PUBLIC, settings.LIMIT_TOKEN, settings.PROXIES = 5, 20, 0
    return settings


def _ask(times: int, path: str = STATEMENTS, address: str = "192.0.2.1", **headers: str) -> list[int]:
    client = Client(REMOTE_ADDR=address)
    return [client.get(path, headers=headers).status_code for _turn in range(times)]


def test_one_address_is_limited(limits: Any) -> None:
    assert _ask(7) == [200] * 5 + [429] * 2
    assert _ask(1, address="192.0.2.2") == [200]


def test_the_answer_says_where_one_stands(limits: Any) -> None:
    client = Client()
    first = client.get(STATEMENTS)
    assert first["RateLimit-Policy"] == '"public";q=5;w=60'
    assert first["RateLimit"] == '"public";r=4;t=12'
    for _turn in range(4):
        client.get("/api/v1/speakers/")
    refused = client.get(STATEMENTS)
    assert (refused.status_code, refused["Content-Type"]) == (429, problems.MEDIA_TYPE)
    assert refused["Retry-After"] == refused["RateLimit"].removeprefix('"public";r=0;t=')
    assert refused["Cache-Control"] == "no-store"
    body = refused.json()
    assert (body["type"], body["title"]) == ("/api/problems/#too-many-requests", "Too many requests")
    assert body["detail"].startswith(
        "Without a token 5 requests a minute are answered for each address. Try again in 1"
    )


def test_it_is_asked_before_the_database(limits: Any, django_assert_num_queries: Any) -> None:
    _ask(5)
    with django_assert_num_queries(0):
        assert _ask(1) == [429]


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/schema/?format=json", "/api/docs/", "/api/problems/"])
def test_all_below_api_counts(limits: Any, path: str) -> None:
    assert 429 not in _ask(5, path)
    assert _ask(1, path) == [429]


def test_more_slashes_count_too(limits: Any) -> None:
    assert [Client().get("/", PATH_INFO="//api/v1/").status_code for _turn in range(6)] == [404] * 5 + [429]


@pytest.mark.parametrize("path", ["/", "/health/live", "/admin/login/"])
def test_nothing_else_does(limits: Any, path: str) -> None:
    assert 429 not in _ask(8, path)


def test_none_is_none(limits: Any) -> None:
    limits.LIMIT_PUBLIC = 0
    assert set(_ask(20)) == {200}
    answer = Client().get(STATEMENTS)
    assert not {"RateLimit", "RateLimit-Policy"} & set(answer.headers)


def test_x_forwarded_for_gets_nobody_around_it(limits: Any) -> None:
    """50 of 50 passed a limit of 5 with DRF's own throttles."""
    asked = [_ask(1, **{"x-forwarded-for": f"198.51.100.{turn}"})[0] for turn in range(50)]
    assert asked == [200] * 5 + [429] * 45


def test_behind_proxies_only_what_ours_wrote_counts(limits: Any) -> None:
    limits.PROXIES = 2
    ours = "203.0.113.9, 10.0.0.2"
    asked = [_ask(1, **{"x-forwarded-for": f"198.51.100.{turn}, {ours}"})[0] for turn in range(50)]
    assert asked == [200] * 5 + [429] * 45
    assert _ask(1, **{"x-forwarded-for": "203.0.113.10, 10.0.0.2"}) == [200]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.1", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "198.51.100.1, 203.0.113.1", "203.0.113.1"),
        (1, "203.0.113.1:4711", "203.0.113.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::/64"),
        (1, "2001:db8:0:0:ffff::1", "2001:db8::/64"),
        (1, "fe80::1%eth0", "fe80::/64"),
        (1, "::ffff:203.0.113.1", "203.0.113.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "198.51.100.1, unknown", "192.0.2.1"),
        (2, "198.51.100.1, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "203.0.113.1"),
        (1, " , ,", "192.0.2.1"),
    ],
)
def test_whose_address_counts(settings: Any, proxies: int, forwarded: str, counted: str) -> None:
    settings.PROXIES = proxies
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of(request) == counted


def test_a_household_is_one(limits: Any) -> None:
    asked = [_ask(1, address=f"2001:db8:1:2::{turn:x}")[0] for turn in range(20)]
    assert asked == [200] * 5 + [429] * 15
    assert _ask(1, address="2001:db8:1:3::1") == [200]


def test_a_token_has_a_limit_of_its_own(limits: Any, token_of: MakeToken) -> None:
    _token, secret = token_of()
    _ask(5)
    assert _ask(22, authorization=f"Bearer {secret}") == [200] * 20 + [429] * 2
    answer = Client().get(STATEMENTS, headers={"authorization": f"Bearer {secret}"})
    assert answer["RateLimit-Policy"] == '"token";q=20;w=60'
    assert answer.json()["detail"].startswith("20 requests a minute are answered for each token.")


def test_another_address_or_way_to_write_it_is_the_same_token(limits: Any, token_of: MakeToken) -> None:
    _token, secret = token_of()
    asked = [
        _ask(1, address=f"192.0.2.{turn}", authorization=f"{'bEarer' if turn % 2 else 'Bearer'}{' ' * turn} {secret}")[
            0
        ]
        for turn in range(40)
    ]
    assert asked == [200] * 20 + [429] * 20


def test_made_up_tokens_are_limited_by_address(limits: Any) -> None:
    limits.LIMIT_PUBLIC = 50
    asked = [_ask(1, authorization=f"Bearer ar_{turn}")[0] for turn in range(60)]
    assert asked == [401] * 5 + [429] * 55
    assert _ask(1) == [200], "asking without one is another matter"


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/problems/"])
def test_made_up_tokens_are_so_where_nobody_checks_them(limits: Any, path: str) -> None:
    limits.LIMIT_PUBLIC = 50
    asked = [_ask(1, path, authorization=f"Bearer ar_{turn}")[0] for turn in range(60)]
    assert asked.count(429) == 55


def test_others_from_its_address_do_not_lock_out_a_token_that_was_accepted(limits: Any, token_of: MakeToken) -> None:
    limits.LIMIT_PUBLIC = 50
    token, secret = token_of()
    _other, unused = make_token(user=User.objects.get(), name="x", role=token.most, days=1, by=None)
    assert _ask(1, authorization=f"Bearer {secret}") == [200]
    assert _ask(6, authorization="Bearer ar_made-up")[-1] == 429
    assert _ask(2, authorization=f"Bearer {secret}") == [200, 200]
    assert _ask(1, authorization=f"Bearer {unused}") == [429]
    revoke(token=token, by=None)
    assert _ask(2, authorization=f"Bearer {secret}") == [401, 429]


def test_the_file_names_nobody(limits: Any, counted: Path, token_of: MakeToken) -> None:
    _token, secret = token_of()
    _ask(1, address="192.0.2.77", authorization=f"Bearer {secret}")
    content = (counted / "limits").read_bytes()
    assert b"192.0.2.77" not in content
    assert secret.encode() not in content


def test_a_proxy_that_nobody_counted_is_spoken_of_once(limits: Any, caplog: pytest.LogCaptureFixture) -> None:
    from config.access import addresses

    addresses._warn_once.cache_clear()
    _ask(3, **{"x-forwarded-for": "203.0.113.1"})
    assert caplog.text.count("set PROXIES=1") == 1


def test_refusals_do_not_fill_the_log(limits: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert _ask(50)[-1] == 429
    assert not caplog.records


def test_a_password_is_not_looked_for_in_the_api(limits: Any, person: MakeUser) -> None:
    person()
    assert _ask(1, authorization="Basic YW5uYTphbm5h") == [401]
