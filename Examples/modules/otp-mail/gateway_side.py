"""The gateway's side of the module's socket, and the mail server behind it: what the tests need to ask and to see."""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parents[2] / "docs" / "remote-modules" / "schema"
ANNA = "anna@example.it"
GATEWAY = {"instance": "otp-mail", "issuer": "https://accesso.ente.example"}


def valid(message: dict, schema: str) -> dict:
    """Checks a message against the published schema and returns it."""
    document = json.loads((SCHEMAS / f"{schema}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(document)
    jsonschema.Draft202012Validator(document).validate(message)
    return message


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str):
        super().__init__("module", timeout=5)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Mails:
    """What the SMTP server has been given."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def wait(self, count: int) -> list:
        until = time.monotonic() + 5
        while len(self.envelopes) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.envelopes) == count
        return self.envelopes

    def code(self, count: int = 1) -> str:
        return re.search(rb"Your code is ([0-9]{6})\.", self.wait(count)[-1].content).group(1).decode()


class Module:
    """One process of the module, and the gateway's side of its socket."""

    def __init__(self, folder: str, **settings: str):
        self.folder, self.socket, self.calls = folder, f"{folder}/module.sock", 0
        addresses = pathlib.Path(folder, "addresses")
        addresses.write_text(f"{ANNA}\nBruno@Example.IT\n")
        self.environment = {
            "PATH": os.environ["PATH"], "OTP_MAIL_SMTP_HOST": "127.0.0.1", "OTP_MAIL_SENDER": "accesso@ente.example",
            "OTP_MAIL_ADDRESSES": str(addresses), **{f"OTP_MAIL_{name}": value for name, value in settings.items()}}
        self.start()

    def start(self) -> None:
        self.process = self.spawn()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(self.socket) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the module does not listen\n{self.log}")

    def spawn(self) -> subprocess.Popen:
        with open(f"{self.folder}/log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, str(HERE / "otp_mail.py"), self.socket], env=self.environment, stderr=log)

    def end(self, kind: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(kind)
        return self.process.wait(10)

    @property
    def log(self) -> str:
        return pathlib.Path(self.folder, "log").read_text()

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, dict, http.client.HTTPResponse]:
        connection = UnixConnection(self.socket)
        connection.request("POST" if body is not None else "GET", path, body)
        answer = connection.getresponse()
        message = json.loads(answer.read())
        connection.close()
        return answer.status, message, answer

    def step(self, path: str, **message) -> dict:
        """One request of the gateway, and the step that answers it."""
        self.calls += 1
        request = {"call": f"c{self.calls}", **GATEWAY, **message}
        valid(request, f"{path}-request")
        status, answer, _ = self.ask(f"/v1/{path}", json.dumps(request).encode())
        assert status == 200, answer
        assert valid(answer, "step")["call"] == request["call"]
        return answer

    def begin(self) -> dict:
        login = {"purpose": "first-login", "subject": None, "relay_state": "q9", "browser": False}
        return self.step("begin", login=login)

    def resume(self, step: dict, **fields: str) -> dict:
        return self.step("resume", answer={"fields": fields}, state=step["state"])

    def ask_code(self, address: str) -> dict:
        """Begins, says an address, and returns the question for the code."""
        question = self.resume(self.begin(), account=address)
        assert question["prompt"]["id"] == "code"
        return question
