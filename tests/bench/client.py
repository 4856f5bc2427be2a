"""A small HTTP/1.1 client that keeps its connection: what it costs is left for who is measured."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

SECONDS_OF_PATIENCE = 60
_PIECE = 256 * 1024


class ClientError(Exception):
    """An answer that cannot be read, or none."""


@dataclass(frozen=True)
class Ask:
    """One request; `head` is all before the body, made once."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    @property
    def written(self) -> bytes:
        """The request as it is sent."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode("ascii") + self.body


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


class Connection:
    """One connection to a server on this machine, opened anew where the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None
        self._read = b""

    def ask(self, ask: Ask) -> Answer:
        """Send a request and return the whole answer; raise ClientError where none comes."""
        status, headers, pieces = self.begin(ask)
        body = b"".join(pieces)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def begin(self, ask: Ask) -> tuple[int, dict[str, str], Iterator[bytes]]:
        """Send a request; return status, headers and the pieces of the body as they come."""
        request = ask.written
        try:
            head = self._sent(request)
        except (OSError, ClientError):
            self.close()  # an idle connection may have been closed meanwhile
            head = self._sent(request)
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ", 2)[1])
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        return status, headers, self._body(status, headers)

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._read = None, b""

    def _sent(self, request: bytes) -> bytes:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS_OF_PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        return head

    def _receive(self) -> None:
        piece = self._socket.recv(_PIECE) if self._socket else b""
        if not piece:
            raise ClientError("the server closed the connection before its answer was whole")
        self._read += piece

    def _body(self, status: int, headers: dict[str, str]) -> Iterator[bytes]:
        if status in (204, 304):
            return
        if headers.get("transfer-encoding", "").lower() == "chunked":
            yield from self._chunks()
        elif (length := headers.get("content-length")) is not None:
            yield from self._exactly(int(length))
        else:
            raise ClientError("an answer without a length")

    def _exactly(self, length: int) -> Iterator[bytes]:
        while length:
            if not self._read:
                self._receive()
            piece, self._read = self._read[:length], self._read[length:]
            length -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while True:
            while b"\r\n" not in self._read:
                self._receive()
            line, self._read = self._read.split(b"\r\n", 1)
            length = int(line.split(b";")[0], 16)
            yield from self._exactly(length)
            while len(self._read) < 2:
                self._receive()
            self._read = self._read[2:]
            if length == 0:
                return
