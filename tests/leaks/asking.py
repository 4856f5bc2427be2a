"""Asking a real server, with everything of its answer kept."""

import http.client
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

HOST = "localhost"
#: of the clock, and of the connection rather than the answer (RFC 9110, section 7.6.1)
OF_THE_MOMENT = {"date", "expires", "connection"}


@dataclass(frozen=True)
class Request:
    """One request, without the server that it is for."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def __str__(self) -> str:
        shown = "".join(f" {name}: {value};" for name, value in self.headers)
        return f"{self.method} {self.path}{shown} {self.body}".rstrip()


@dataclass(frozen=True)
class Answer:
    """Status, headers in their order and spelling, except those of the moment, and the body byte for byte."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def is_json(self) -> bool:
        """Whether the body is one JSON value: an export is a line of it for each row, or a table."""
        return self.header("Content-Type") in {"application/json", "application/problem+json"}

    def header(self, name: str) -> str:
        """The value of a header, empty where it is not there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def everything(self) -> bytes:
        """All of it as bytes, to look for words in."""
        return b"\n".join([*(f"{name}: {value}".encode() for name, value in self.headers), self.body])


class Asker:
    """One server on this machine, asked on connections that are kept, one a thread."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._own = threading.local()

    def ask(self, request: Request) -> Answer:
        """Send a request; where the connection was closed meanwhile, once more."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            try:
                return self._sent(connection, request)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                connection.close()
        self._own.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return self._sent(self._own.connection, request)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for an address."""
        return self.ask(Request(path, headers=tuple(headers.items())))

    def send(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send JSON."""
        written = "" if body is None else json.dumps(body)
        given = {"Content-Type": "application/json", **(headers or {})}
        return self.ask(Request(path, method, tuple(given.items()), written))

    def _sent(self, connection: http.client.HTTPConnection, request: Request) -> Answer:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", HOST)
        body = request.body.encode("utf-8", "surrogatepass")
        if body:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in request.headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        headers = tuple(one for one in answer.getheaders() if one[0].lower() not in OF_THE_MOMENT)
        return Answer(answer.status, headers, answer.read())


def path_of(address: str) -> str:
    """The path and query of an absolute address of the server."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
