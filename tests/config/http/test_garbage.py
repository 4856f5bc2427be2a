"""What an answer was made of is gone as soon as it was sent: nothing of it is left to the collector of garbage."""

import gc
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application
from tests import factories as make

STATEMENTS = "/api/v1/statements/"


@pytest.fixture
def statement(db: None) -> Any:
    """A published statement."""
    return make.full()


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Keep the collector from working by itself meanwhile."""
    # as the test client does, which connects both behind each request: they would end the test's transaction
    were_connected = [one for one in (request_started, request_finished) if one.disconnect(close_old_connections)]
    gc.disable()
    yield
    gc.set_debug(0)
    for one in were_connected:
        one.connect(close_old_connections)
    gc.garbage.clear()
    gc.enable()
    gc.collect()


def ask(path: str, **headers: str) -> tuple[str, bytes]:
    """The status and body that the application answers with, as the server asks it."""
    address, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **headers,
    }
    statuses: list[str] = []

    def begin(status: str, _headers: Any, _error: Any = None, /) -> Any:
        statuses.append(status)

    answer: Any = application(environ, begin)
    found = b"".join(answer)
    answer.close()
    return statuses[0], found


def left(asked: Callable[[], tuple[str, bytes]], status: int) -> Counter[str]:
    """How many objects of which type are left behind, once all is loaded that a first answer loads."""
    for _ in range(2):
        found, body = asked()
        assert found.startswith(str(status)), (found, body)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    asked()
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.garbage)


@pytest.mark.parametrize(
    "query", ["", "?q=missile&limit=2", "?act=warn", "facets/?facet=act", "?order=updated&count=true"]
)
def test_an_answer_of_documents_leaves_nothing(statement: Any, query: str) -> None:
    assert left(lambda: ask(f"{STATEMENTS}{query}"), 200) == {}


def test_one_statement_leaves_nothing(statement: Any) -> None:
    assert left(lambda: ask(f"{STATEMENTS}{statement.pk}/"), 200) == {}


def test_an_answer_that_is_known_leaves_nothing(statement: Any) -> None:
    assert left(lambda: ask(STATEMENTS, HTTP_IF_NONE_MATCH="*"), 304) == {}


def test_a_refusal_leaves_nothing(statement: Any) -> None:
    assert left(lambda: ask(f"{STATEMENTS}?nothing=1"), 400) == {}


@pytest.mark.parametrize(
    "path", [f"{STATEMENTS}?fields=id", f"{STATEMENTS}timeline/", "/api/v1/speakers/", "/api/v1/sources/"]
)
def test_serializers_keep_no_answer(statement: Any, path: str) -> None:
    """Serializers and their fields name each other; what was written by them is in none of them."""
    assert "Response" not in left(lambda: ask(path), 200)
