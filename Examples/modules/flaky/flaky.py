"""A hostile module for the tests of the gateway: python3 flaky.py /path/to/module.sock --behaviour NAME --at begin.

It speaks HTTP by hand, because most of what it does no library would do. README.md lists the behaviours.
"""

import argparse
import base64
import json
import os
import signal
import socket
import sys
import threading
import time

ACCOUNT = {"name": "account", "label": "Name", "kind": "account"}
WORDS = {"name": "watchword", "label": "Watchword", "kind": "secret"}
STATE = base64.b64encode(b"flaky").decode()
WATCHWORD = "open sesame"
JSON = "Content-Type: application/json"


class Call:
    """A request that has been read, and the way back to whoever sent it."""

    def __init__(self, connection: socket.socket, path: str, message: dict):
        self.connection, self.path, self.message = connection, path, message
        self.name = message.get("call", "")
        self.step = path.removeprefix("/v1/")
        self.fields = message.get("answer", {}).get("fields", {})

    def raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def reply(self, message: dict, status: str = "200 OK", *headers: str) -> None:
        self.raw(framed({"call": self.name, **message}, status, *headers))

    def begun(self) -> dict:
        return prompt(ACCOUNT, WORDS)

    def proper(self) -> dict:
        """What a good module answers."""
        if self.step == "begin":
            return self.begun()
        if self.message.get("state") == STATE and self.fields.get("watchword") == WATCHWORD:
            return verified({"local": self.fields.get("account", "")})
        return {"step": "denied", "denial": {"reason": "bad-credentials"}}


def framed(message: dict, status: str = "200 OK", *headers: str) -> bytes:
    body = json.dumps(message).encode()
    lines = [f"HTTP/1.1 {status}", JSON, f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def prompt(*fields: dict, state: str = STATE) -> dict:
    shown = {"id": "flaky", "message": "Say the watchword.", "fields": list(fields)}
    return {"step": "prompt", "state": state, "prompt": shown}


def verified(subject: dict, **more: str) -> dict:
    return {"step": "verified", "identity": {"subject": subject, **more}}


# What goes wrong on the way. Each takes the call; what it returns is ignored.


def hang(call: Call) -> None:
    time.sleep(3600)


def crash(call: Call) -> None:
    os._exit(1)


def huge(call: Call) -> None:
    """A good beginning of an answer, and a gigabyte after it."""
    call.raw(f"HTTP/1.1 200 OK\r\n{JSON}\r\nContent-Length: {1 << 30}\r\n\r\n".encode() + b'{"call": "')
    for _ in range(1 << 10):
        call.raw(b"x" * (1 << 20))


def endless_headers(call: Call) -> None:
    call.raw(b"HTTP/1.1 200 OK\r\n")
    while True:
        call.raw(b"X-More: " + b"x" * 1000 + b"\r\n")


def another_protocol(call: Call) -> None:
    """From here on these are no answers, and there is a gigabyte of them."""
    call.raw(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: flaky\r\n\r\n")
    for _ in range(1 << 10):
        call.raw(b"x" * (1 << 20))


def endless_chunks(call: Call) -> None:
    """Nearly nothing, with very much around it."""
    call.raw(f"HTTP/1.1 200 OK\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        call.raw(b"1;" + b"x" * 4000 + b"\r\n \r\n")


def half_json(call: Call) -> None:
    whole = framed({"call": call.name, **call.proper()})
    call.raw(whole[:-20])
    call.connection.shutdown(socket.SHUT_RDWR)


def no_json(call: Call) -> None:
    body = b"<html>Everything is fine.</html>"
    call.raw(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


waiting: list[tuple[Call, threading.Event]] = []
waiting_lock = threading.Lock()


def wrong_call(call: Call) -> None:
    """Two answers are kept and swapped, calls and all; one that stays alone for a second names another call."""
    with waiting_lock:
        other, done = waiting.pop() if waiting else (None, threading.Event())
        if other is None:
            waiting.append((call, done))
    if other is not None:
        mine, theirs = framed({"call": call.name, **call.proper()}), framed({"call": other.name, **other.proper()})
        other.raw(mine)
        call.raw(theirs)
        done.set()
        return
    if not done.wait(1):
        with waiting_lock:
            is_alone = (call, done) in waiting
            if is_alone:
                waiting.remove((call, done))
        if is_alone:
            call.raw(framed({**call.proper(), "call": "another"}))


def extra_answer(call: Call) -> None:
    """The right answer, and one that nobody has asked for, which makes whoever takes it for theirs somebody else."""
    unasked = framed({"call": call.name, **verified({"local": "mallory"})})
    call.raw(framed({"call": call.name, **call.proper()}) + unasked)


def old_http(call: Call) -> None:
    call.raw(framed({"call": call.name, **call.proper()}).replace(b"HTTP/1.1", b"HTTP/1.0", 1))
    call.connection.shutdown(socket.SHUT_RDWR)


def chunked(call: Call) -> None:
    body = json.dumps({"call": call.name, **call.proper()}).encode()
    parts = [body[start:start + 16] for start in range(0, len(body), 16)] + [b""]
    call.raw(f"HTTP/1.1 200 OK\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    for part in parts:
        call.raw(f"{len(part):x}\r\n".encode() + part + b"\r\n")


# What is said and should not be. At begin a claim is made before anything has been shown.


def begin_with(*fields: dict, state: str = STATE):
    return lambda call: call.reply(prompt(*fields, state=state) if call.step == "begin" else call.proper())


def claim(subject, **more: str):
    return lambda call: call.reply(verified(subject(call), **more))


def local(call: Call) -> dict:
    return {"local": call.fields.get("account") or "anna"}


ON_THE_WAY = {
    "hang": hang, "crash": crash, "huge": huge, "endless-headers": endless_headers, "half-json": half_json,
    "another-protocol": another_protocol, "endless-chunks": endless_chunks,
    "no-json": no_json, "wrong-call": wrong_call, "extra-answer": extra_answer,
    "status-500": lambda call: call.reply({}, "500 Internal Server Error"),
    "busy": lambda call: call.reply({}, "503 Service Unavailable", "Retry-After: 7"),
}
SAID = {
    "verified-in-begin": ("begin", claim(local)),
    "too-much-state": ("begin", begin_with(ACCOUNT, WORDS, state=base64.b64encode(b"x" * 4001).decode())),
    "asks-client-secret": ("begin", begin_with(ACCOUNT, {**WORDS, "name": "client_secret"})),
    "asks-nothing": ("begin", begin_with()),
    "secret-without-account": ("begin", begin_with(WORDS)),
    "redirects-anywhere": ("begin", lambda call: call.reply(
        {"step": "redirect", "state": STATE, "redirect": {"url": "https://evil.example/login"}})),
    "crash-in-resume": ("resume", crash),
    "claims-high": ("resume", claim(local, level="high", right="dispositive")),
    "claims-fiscal-code": ("resume", claim(lambda call: {"fiscal_code": call.fields.get("account", "")})),
    "claims-other-namespace": ("resume", claim(
        lambda call: {"local": f"pin-ordinario/{call.fields.get('account', '')}"})),
    "old-http": ("both", old_http), "chunked": ("both", chunked),
}
IN_HELLO = ["wrong-protocol", "slow-hello"]
CHOSEN = ["by-instance", "by-value"]
BEHAVIOURS = ["good", *ON_THE_WAY, *SAID, *IN_HELLO, *CHOSEN]


def hello(call: Call, behaviour: str) -> None:
    if behaviour == "slow-hello":
        time.sleep(30)
    # It says the most that there is: what the instance is worth must come from the configuration.
    call.raw(framed({
        "protocol": 2 if behaviour == "wrong-protocol" else 1, "name": "flaky", "version": "1.0", "role": "primary",
        "assurance": "high", "ceiling": "dispositive", "capabilities": ["redirect"]}))


def answer(call: Call, behaviour: str, at: str) -> None:
    if call.step == "hello":
        return hello(call, behaviour)
    if behaviour == "by-instance":
        behaviour = call.message.get("instance", "")
    elif behaviour == "by-value":
        behaviour = call.fields.get("watchword", "")
        at = "resume"
    where, act = SAID.get(behaviour) or (at, ON_THE_WAY.get(behaviour))
    if act is None or where not in (call.step, "both"):
        return call.reply(call.proper())
    act(call)


def calls(connection: socket.socket):
    """The requests of one connection, as long as it lasts."""
    with connection.makefile("rb") as reader:
        while line := reader.readline(65536):
            headers = {}
            while (header := reader.readline(65536).strip()):
                name, _, value = header.partition(b":")
                headers[name.lower()] = value.strip()
            body = reader.read(int(headers.get(b"content-length", b"0")))
            yield Call(connection, line.split()[1].decode(), json.loads(body or b"{}"))


def converse(connection: socket.socket, behaviour: str, at: str) -> None:
    with connection:
        try:
            for call in calls(connection):
                answer(call, behaviour, at)
        except (OSError, ValueError, IndexError):
            pass  # Whoever asked has gone, or is no gateway.


def main() -> None:
    parser = argparse.ArgumentParser(description="A hostile module for the tests of the gateway.")
    parser.add_argument("socket")
    parser.add_argument("--behaviour", choices=BEHAVIOURS, default="good")
    parser.add_argument("--at", choices=["begin", "resume"], default="begin", help="where it goes wrong")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if os.path.exists(chosen.socket):
        os.unlink(chosen.socket)
    os.umask(0o117)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(chosen.socket)
        listener.listen(128)
        try:
            while True:
                connection, _ = listener.accept()
                threading.Thread(
                    target=converse, args=(connection, chosen.behaviour, chosen.at), daemon=True).start()
        finally:
            os.unlink(chosen.socket)


if __name__ == "__main__":
    main()
