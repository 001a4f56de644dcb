"""A module's side of docs/remote-modules.md: HTTP/1.1 with JSON on a Unix socket. Knows nothing of what is asked."""

import errno
import json
import os
import pathlib
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer


class Busy(Exception):
    """Too much at once: the person is asked to try again in a minute."""


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads, request_queue_size = True, 128
    hello: dict
    steps: dict  # Path: a function from the request to the step.


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(200, self.server.hello) if self.path == "/v1/hello" else self.answer(404, {})

    def do_POST(self) -> None:
        step = self.server.steps.get(self.path)
        if step is None:
            return self.answer(404, {})
        try:
            if not 0 <= (length := int(self.headers["Content-Length"])) <= 1 << 20:
                raise ValueError("too long")
            request = json.loads(self.rfile.read(length))
            self.answer(200, {"call": str(request["call"]), **step(request)})
        except Busy:
            self.answer(503, {})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.answer(400, {})

    def answer(self, status: int, message: dict) -> None:
        body = json.dumps(message).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status != 200:
            self.send_header("Connection", "close")  # What is left of the request is not read.
        if status == 503:
            self.send_header("Retry-After", "60")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Nothing: what people type is nobody's business, and the gateway keeps the records."""


def listening(path: str) -> Server:
    """Takes the place of a socket that a crash has left behind, and of nothing else."""
    if pathlib.Path(path).is_socket():
        with socket.socket(socket.AF_UNIX) as probe:
            probe.setblocking(False)
            if probe.connect_ex(path) != errno.ECONNREFUSED:
                sys.exit(f"{path}: somebody listens there")
        os.unlink(path)
    os.umask(0o117)  # The socket is for the owner and the group, which is the gateway's.
    return Server(path, Handler)


def serve(path: str, hello: dict, begin, resume) -> None:
    """Answers until SIGTERM, and takes the socket away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening(path) as server:
        try:
            server.hello, server.steps = hello, {"/v1/begin": begin, "/v1/resume": resume}
            server.serve_forever()
        finally:
            os.unlink(path)
