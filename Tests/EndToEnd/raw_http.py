"""HTTP/1.1 on a bare socket: what a well-behaved library would never send, and a reader that believes nothing."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field

STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3}) ?[^\r\n]*\r\n")
HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class NotHTTP(AssertionError):
    """The server said something that is no HTTP answer."""


class Closed(Exception):
    """The connection ended before an answer began."""


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def closes(self) -> bool:
        return (self.header("connection") or "").lower() == "close"


class RawConnection:
    """One connection, with its own buffer, that reads one answer after the other."""

    def __init__(self, port: int, timeout: float = 10) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def finish(self) -> None:
        """Says that nothing more will be sent."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _more(self) -> bool:
        try:
            data = self.socket.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.buffer += data
        return bool(data)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            if not self._more():
                raise NotHTTP(f"cut off: {self.buffer[:200]!r}")
        head, _, self.buffer = self.buffer.partition(mark)
        return head

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not self._more():
                raise NotHTTP(f"a body of {count} bytes ended after {len(self.buffer)}")
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def answer(self, to_head: bool = False) -> Answer:
        """Reads one answer whole; interim answers are skipped."""
        while not self.buffer:
            if not self._more():
                raise Closed
        head = self._until(b"\r\n\r\n") + b"\r\n"
        start = STATUS_LINE.match(head)
        if not start:
            raise NotHTTP(f"no status line: {head[:200]!r}")
        answer = Answer(int(start[1]))
        for line in head[start.end() :].split(b"\r\n"):
            if not line:
                continue
            name, colon, value = line.partition(b":")
            if not colon or not HEADER_NAME.fullmatch(name):
                raise NotHTTP(f"no header: {line[:200]!r}")
            answer.headers.append((name.decode(), value.strip().decode("latin-1")))
        if 100 <= answer.status < 200:
            return self.answer(to_head)
        if not to_head and answer.status not in (204, 304):
            answer.body = self._body(answer)
        return answer

    def _body(self, answer: Answer) -> bytes:
        if (answer.header("transfer-encoding") or "").lower() == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size)
                self._exactly(2)
            self._until(b"\r\n")
            return body
        length = answer.header("content-length")
        if length is None:
            raise NotHTTP("an answer without a length")
        return self._exactly(int(length))

    def rest_until_closed(self) -> bytes:
        """What still comes until the server closes; TimeoutError if it does not."""
        while self._more():
            pass
        rest, self.buffer = self.buffer, b""
        return rest
