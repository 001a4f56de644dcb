"""Sends a fuzzer's requests as fast as they go and counts what comes back. Runs in a process of its own."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from fuzz_requests import ADMIN, PUBLIC, Fuzzer, Sent
from raw_http import Answer, Closed, NotHTTP, RawConnection

BATCH = 25


@dataclass
class Tally:
    statuses: Counter[int] = field(default_factory=Counter)
    #: Broken requests after which the server closed without an answer, as it may.
    silent: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, more: Tally) -> None:
        self.statuses += more.statuses
        self.silent += more.silent
        self.failures += more.failures


def run(port: int, admin_port: int, client: tuple[str, str], seed: int, framed: int, broken: int) -> Tally:
    """Framed requests go pipelined over kept connections, broken ones over one connection each."""
    tally = Tally()
    for place, routes, share in ((port, PUBLIC, 0.96), (admin_port, ADMIN, 0.04)):
        fuzzer = Fuzzer(seed, client, routes)
        pipelined(place, [fuzzer.framed() for _ in range(int(framed * share))], tally)
        for _ in range(int(broken * share)):
            alone(place, fuzzer.broken(), tally)
    return tally


def pipelined(port: int, requests: list[Sent], tally: Tally) -> None:
    """Every framed request gets exactly one answer; where the server says that it closes, the rest is sent again."""
    position, connection = 0, None
    while position < len(requests) and len(tally.failures) < 20:
        batch = requests[position : position + BATCH]
        connection = connection or RawConnection(port)
        answered, connection = send_batch(connection, batch, tally)
        position += answered
    if connection:
        connection.socket.close()


def send_batch(connection: RawConnection, batch: list[Sent], tally: Tally) -> tuple[int, RawConnection | None]:
    try:
        connection.send(b"".join(request.data for request in batch))
    except OSError:
        pass  # It closed after an answer; which one, the reading shows.
    for index, request in enumerate(batch):
        try:
            answer = connection.answer(to_head=request.is_head)
        except (Closed, NotHTTP, TimeoutError) as error:
            tally.failures.append(f"{type(error).__name__} {error} after {request.data[:400]!r}")
            connection.socket.close()
            return index + 1, None
        count(answer, request, tally)
        if answer.closes:
            connection.socket.close()
            return index + 1, None
    return len(batch), connection


def count(answer: Answer, request: Sent, tally: Tally) -> None:
    tally.statuses[answer.status] += 1
    if answer.status >= 500 and answer.status != 503:
        tally.failures.append(f"{answer.status} to {request.data[:600]!r}")


def alone(port: int, request: Sent, tally: Tally) -> None:
    """Whatever this is: the answers that come are HTTP, and the connection ends soon after ours has."""
    if len(tally.failures) >= 20:
        return
    with RawConnection(port, timeout=5) as connection:
        try:
            connection.send(request.data)
        except OSError:
            pass
        connection.finish()
        started, answers = time.monotonic(), 0
        try:
            while True:
                answer = connection.answer(to_head=request.data.startswith(b"HEAD "))
                answers += 1
                count(answer, request, tally)
        except Closed:
            tally.silent += answers == 0
        except (NotHTTP, TimeoutError) as error:
            seconds = time.monotonic() - started
            tally.failures.append(f"{type(error).__name__} {error} after {seconds:.1f} s and {request.data[:400]!r}")
