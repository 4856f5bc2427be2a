"""The pages for people, health, and what every answer carries."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from config.environment import BASE_DIR
from config.site import forget_documents

pytestmark = pytest.mark.django_db
PAGES = ["/", "/api/docs/", "/api/problems/", "/admin/login/"]


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found |= {given[name] or "" for name in ("href", "src") if name in given}
        self.inline += tag in {"script", "style"} and "src" not in given
        self.inline += any(name == "style" or name.startswith("on") for name in given)


SCHEMA = "/api/schema/"


@pytest.fixture
def site() -> Client:
    return Client(headers={"host": "localhost"})


def test_the_first_page_tells_where_one_is_and_its_links_work(site: Client) -> None:
    links = Links()
    links.feed(site.get("/").content.decode())
    assert {"/api/docs/", "/api/schema/", "/admin/", "/api/v1/statements/"} <= links.found
    for link in links.found:
        parts = urlsplit(link)
        assert parts.netloc in {"", "localhost"}
        if not parts.path.startswith("/static/"):
            answer = site.get(link)
            assert answer.status_code in {200, 302}, link


def test_the_first_call_it_shows_is_a_true_one(site: Client) -> None:
    page = site.get("/").content.decode()
    assert "curl &#x27;" not in page
    call = page.split("curl '")[1].split("'")[0].replace("&amp;", "&")
    assert set(site.get(call).json()) == {"results", "next", "previous"}


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/statements/", "/nothing", "/api/nothing", "/health/live"])
def test_nothing_may_be_loaded_from_elsewhere_or_inline(site: Client, path: str) -> None:
    answer = site.get(path)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("'unsafe-inline'" in policy) == (path == "/api/docs/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/api/docs/", "/api/problems/"])
def test_pages_have_no_inline_script_or_style(site: Client, path: str) -> None:
    links = Links()
    links.feed(site.get(path).content.decode())
    assert links.inline == 0


def test_programs_read_english_whatever_the_visitor_speaks(site: Client) -> None:
    def ask(path: str, tag: str) -> Any:
        forget_documents()
        return site.get(path, headers={"accept-language": tag})

    for path in ("/api/v1/statements/?nonsense=1", "/api/nothing", SCHEMA):
        french, english = (ask(path, tag) for tag in ("fr", "en"))
        assert french.content == english.content
        assert "Content-Language" not in french
        assert "Accept-Language" not in french.get("Vary", "")


def test_answers_may_be_kept_but_must_be_asked_for_again(site: Client) -> None:
    assert site.get("/api/v1/statements/")["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in site.get("/api/v1/statements/")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health(site: Client, path: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


@pytest.mark.parametrize("path", ["/api/", "/api/v1/"])
def test_the_api_without_a_resource_leads_to_its_documentation(site: Client, path: str) -> None:
    assert site.get(path)["Location"] == "/api/docs/"


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was generated since, once for each time."""
    made: list[Any] = []
    generate = SchemaGenerator.get_schema

    def noted(self: SchemaGenerator, *args: Any, **kwargs: Any) -> Any:
        made.append(self)
        return generate(self, *args, **kwargs)  # type: ignore[no-untyped-call]  # drf-spectacular's is not typed

    monkeypatch.setattr(SchemaGenerator, "get_schema", noted)
    forget_documents()
    yield made
    forget_documents()


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("application/vnd.oai.openapi", b"openapi: 3"),
        ("application/json", b'{\n    "openapi"'),
        ("application/vnd.oai.openapi+json", b'{\n    "openapi"'),
    ],
)
def test_the_document_is_generated_once_for_each_format(
    site: Client, generated: list[Any], accept: str, begins: bytes
) -> None:
    first, second = (site.get(SCHEMA, headers={"accept": accept}) for _ in range(2))
    assert len(generated) == 1
    assert first.content == second.content
    assert first.content.startswith(begins)
    suffix = "json" if "json" in accept else "yaml"
    assert first["Content-Type"] == (accept if suffix == "json" else f"{accept}; charset=utf-8")
    assert first["Content-Disposition"] == f'inline; filename="Attribution record.{suffix}"'
    assert "Accept" in first["Vary"]


def test_the_document_is_not_sent_to_who_has_it(site: Client, generated: list[Any]) -> None:
    yaml, json = site.get(SCHEMA), site.get(f"{SCHEMA}?format=json")
    assert yaml["ETag"] != json["ETag"]
    assert yaml["Cache-Control"] == "no-cache"
    kept = site.get(SCHEMA, headers={"if-none-match": yaml["ETag"]})
    assert (kept.status_code, kept.content, kept["ETag"]) == (304, b"", yaml["ETag"])
    assert "Accept" in kept["Vary"]
    assert site.get(f"{SCHEMA}?format=json", headers={"if-none-match": yaml["ETag"]}).content == json.content
    assert len(generated) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "fr"},
        {"host": "127.0.0.1", "x-forwarded-proto": "https"},
        {"accept": "application/vnd.oai.openapi; indent=1"},
    ],
)
def test_the_document_is_the_same_whoever_asks_first(
    site: Client, generated: list[Any], headers: dict[str, str]
) -> None:
    first = site.get(SCHEMA, headers=headers)
    assert first.content == site.get(SCHEMA).content == (BASE_DIR / "openapi.yaml").read_bytes()
    assert len(generated) == 1
