"""Where certificates point to: an HTTP server with the CRLs of the demo PKI, which can be told to misbehave."""

from __future__ import annotations

import contextlib
import enum
import http.server
import threading
import time

from cns_pki import DemoPKI

HANGS_AT_MOST = 60
ENDLESS_AT_MOST = 256 << 20


class Behaviour(enum.Enum):
    """What a server does with a request."""

    SERVE = "as it should"
    MISSING = "404"
    BROKEN = "500"
    EMPTY = "200 with no content"
    GARBAGE = "200 with what is no DER"
    TRUNCATED = "promises everything, sends a half and closes"
    ENDLESS = "sends for ever (256 MB at most)"
    DRIP = "sends a byte every half second (for a minute at most)"
    HANG = "accepts, reads and keeps silent (for a minute at most)"


class LoopbackServer:
    """A server in threads of its own, with what all of them have. `with Server(…) as server:` serves and ends it."""

    def __init__(self, port: int, content_type: str):
        self.requests: list[str] = []
        self.port, self.content_type = port, content_type
        self._behaviours: dict[str, Behaviour] = {}
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._server: http.server.ThreadingHTTPServer | None = None

    # For tests.

    def behave(self, name: str, behaviour: Behaviour) -> None:
        """From now on, requests for this name (the first part of the path) are treated so."""
        self._behaviours[name] = behaviour

    def count(self, name: str) -> int:
        """How many requests for this name there were."""
        with self._lock:
            return sum(name_of(path) == name for path in self.requests)

    # For subclasses.

    def answer(self, name: str, path: str, body: bytes) -> bytes | None:
        """The content for a request; nil is a 404."""
        raise NotImplementedError

    # The server.

    def __enter__(self):
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def handle(self, handler: "_Handler", body: bytes) -> None:
        with self._lock:
            self.requests.append(handler.path)
        name = name_of(handler.path)
        behaviour = self._behaviours.get(name, Behaviour.SERVE)
        if behaviour is Behaviour.HANG:
            self._closing.wait(HANGS_AT_MOST)
            handler.close_connection = True
            return
        content = self.answer(name, handler.path, body)
        if content is None or behaviour is Behaviour.MISSING:
            return handler.send(404, b"not here", "text/plain")
        if behaviour is Behaviour.BROKEN:
            return handler.send(500, b"out of order", "text/plain")
        chosen = {Behaviour.EMPTY: b"", Behaviour.GARBAGE: b"<html>Welcome to the hotel's network</html>"}
        content = chosen.get(behaviour, content)
        if behaviour in (Behaviour.SERVE, Behaviour.EMPTY, Behaviour.GARBAGE):
            return handler.send(200, content, self.content_type)
        self._send_badly(handler, behaviour, content)

    def _send_badly(self, handler: "_Handler", behaviour: Behaviour, content: bytes) -> None:
        handler.close_connection = True
        handler.head(200, self.content_type, None if behaviour is Behaviour.ENDLESS else len(content))
        # The client is right to hang up.
        with contextlib.suppress(OSError):
            if behaviour is Behaviour.TRUNCATED:
                handler.wfile.write(content[:len(content) // 2])
            elif behaviour is Behaviour.ENDLESS:
                for _ in range(ENDLESS_AT_MOST >> 16):
                    handler.wfile.write(b"\0" * (1 << 16))
            else:
                end = time.monotonic() + HANGS_AT_MOST
                for place in range(len(content)):
                    handler.wfile.write(content[place:place + 1])
                    if self._closing.wait(0.5) or time.monotonic() > end:
                        break


class CrlServer(LoopbackServer):
    """Serves `crls/` where the certificates of this PKI say that it is; a name is a file, such as `ca1.crl`."""

    def __init__(self, pki: DemoPKI):
        super().__init__(pki.crl_port, "application/pkix-crl")
        self._folder = pki.folder / "crls"
        self._replaced: dict[str, bytes] = {}

    def replace(self, name: str, content: bytes) -> None:
        """Serves this instead of the file: another authority's CRL, yesterday's."""
        self._replaced[name] = content

    def answer(self, name: str, path: str, body: bytes) -> bytes | None:
        if name in self._replaced:
            return self._replaced[name]
        file = self._folder / name
        return file.read_bytes() if file.parent == self._folder and file.is_file() else None


def name_of(path: str) -> str:
    """The first part of a request's path."""
    return path.lstrip("/").partition("?")[0].partition("/")[0]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: LoopbackServer

    def take(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
        self.owner.handle(self, body)

    do_GET = do_HEAD = do_POST = take

    def head(self, status: int, content_type: str, length: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send(self, status: int, content: bytes, content_type: str) -> None:
        self.head(status, content_type, len(content))
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass
