"""The module as its gateway and its people see it: HTTP on the socket, mails through a real SMTP server."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import signal
import socket
import stat
import tempfile
import time

import pytest
from aiosmtpd.controller import Controller

import otp_mail
from gateway_side import ANNA, GATEWAY, Mails, Module, valid


@pytest.fixture
def mails():
    handler = Mails()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.port = str(port)
    yield handler
    controller.stop()


@pytest.fixture
def make(mails):
    """Makes modules whose mails go to the server of the test; all of them end with it."""
    made = []
    with tempfile.TemporaryDirectory(prefix="otp-") as folder:

        def one(**settings: str) -> Module:
            made.append(Module(folder, **{"SMTP_PORT": mails.port, **settings}))
            return made[-1]

        yield one
        for module in made:
            if module.process.poll() is None:
                module.end(signal.SIGKILL)


@pytest.fixture
def module(make) -> Module:
    return make()


def denied(step: dict) -> bool:
    return step["step"] == "denied" and step["denial"] == {"reason": "bad-credentials"}


# The login.


def test_hello_says_what_it_is(module):
    status, hello, _ = module.ask("/v1/hello")
    assert status == 200 and valid(hello, "hello")["role"] == "primary"


def test_a_code_that_came_by_mail_lets_in_whoever_owns_the_address(module, mails):
    first = module.begin()
    assert [(field["name"], field["kind"]) for field in first["prompt"]["fields"]] == [("account", "account")]
    question = module.resume(first, account=f" {ANNA.upper()} ")
    assert [(field["name"], field["kind"]) for field in question["prompt"]["fields"]] == [("code", "code")]
    code = mails.code()
    assert mails.envelopes[0].rcpt_tos == [ANNA]
    headers = mails.envelopes[0].content.partition(b"\r\n\r\n")[0].decode()
    assert code not in headers and "Auto-Submitted: auto-generated" in headers
    end = module.resume(question, code=f"{code[:3]} {code[3:]}")
    assert end["step"] == "verified" and end["identity"] == {"subject": {"local": ANNA}}


def test_the_addresses_file_counts_in_any_case_and_at_once(module, mails):
    module.ask_code("bruno@example.it")
    mails.wait(1)
    with open(f"{module.folder}/addresses", "a", encoding="utf-8") as addresses:
        addresses.write("carla@example.it\n")
    module.ask_code("carla@example.it")
    mails.wait(2)


def test_any_address_gets_a_mail_where_the_setting_says_so(make, mails):
    module = make(ADDRESSES="any")
    question = module.ask_code("nobody@elsewhere.example")
    assert module.resume(question, code=mails.code())["step"] == "verified"


def test_an_unknown_address_gets_the_same_question_and_no_mail(module, mails):
    known, unknown = module.ask_code(ANNA), module.ask_code("nobody@elsewhere.example")
    assert known["prompt"] == unknown["prompt"]
    assert denied(module.resume(unknown, code="123456"))
    # Mails go out one after the other: had there been one for nobody, it would stand before Bruno's.
    module.ask_code("bruno@example.it")
    assert len(mails.wait(2)) == 2


def test_nobody_waits_for_the_mail_server(make):
    """Else the time would tell a known address from an unknown one."""
    with socket.socket() as deaf:
        # Connections are made, and not a word is said on them.
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        module = make(SMTP_PORT=str(deaf.getsockname()[1]))
        assert module.ask_code(ANNA)["prompt"] == module.ask_code("nobody@elsewhere.example")["prompt"]


# The code.


def test_a_wrong_code_is_denied_and_the_right_one_is_worth_nothing_afterwards(module, mails):
    question = module.ask_code(ANNA)
    code = mails.code()
    assert denied(module.resume(question, code=f"{(int(code) + 1) % 10**6:06}"))
    assert denied(module.resume(question, code=code))


def test_a_code_is_good_once(module, mails):
    question = module.ask_code(ANNA)
    assert module.resume(question, code=mails.code())["step"] == "verified"
    assert denied(module.resume(question, code=mails.code()))


def test_a_code_is_good_for_its_own_login_and_address_only(module, mails):
    mine = module.ask_code(ANNA)
    mails.wait(1)
    theirs = module.ask_code("bruno@example.it")
    assert denied(module.resume(mine, code=mails.code(2)))
    state = {**json.loads(base64.b64decode(theirs["state"])), "address": ANNA}
    forged = {"state": base64.b64encode(json.dumps(state).encode()).decode()}
    assert denied(module.resume(forged, code=mails.code(2)))


@pytest.mark.parametrize("typed", [
    {}, {"code": ""}, {"code": "12ab"}, {"code": "1" * 10_000}, {"code": "１２３４５６"},
], ids=range(5))
def test_what_is_no_code_is_asked_again_and_costs_nothing(module, mails, typed):
    question = module.ask_code(ANNA)
    again = module.resume(question, **typed, other="x")
    assert again["prompt"]["id"] == "code" and again["state"] == question["state"]
    assert module.resume(again, code=mails.code())["step"] == "verified"


@pytest.mark.parametrize("typed", [
    {}, {"account": ""}, {"account": "anna"}, {"account": "a@b"}, {"account": f"{ANNA}\nBcc: x@example.it"},
    {"account": "a,x@example.it"}, {"account": "<x@example.it>"}, {"account": "\ud800@example.it"},
    {"account": "a" * 10_000 + "@example.it"}, {"account": f"{ANNA} b@example.it"},
], ids=range(10))
def test_what_is_no_address_is_asked_again(make, mails, typed):
    module = make(ADDRESSES="any")
    assert module.resume(module.begin(), **typed)["prompt"]["id"] == "address"
    assert mails.envelopes == []


def test_the_state_holds_a_handle_and_the_address_and_no_code(module, mails):
    question = module.ask_code(ANNA)
    state = json.loads(base64.b64decode(question["state"]))
    assert state.keys() == {"handle", "address"} and mails.code() not in state["handle"]


@pytest.mark.parametrize("state", [b"", b"x", b"[]", b'{"handle": "x"}', b'{"handle": {}, "address": 1}'])
def test_a_state_that_is_not_ours_is_denied(module, state):
    assert denied(module.resume({"state": base64.b64encode(state).decode()}, code="123456", account=ANNA))


def test_after_a_restart_a_code_of_before_is_denied(module, mails):
    question = module.ask_code(ANNA)
    code = mails.code()
    module.end(signal.SIGKILL)
    module.start()
    assert denied(module.resume(question, code=code))


class NoPostman:
    """Keeps what would have been sent."""

    def __init__(self):
        self.sent = []
        self.waiting = self

    def put(self, mail: tuple[str, str]) -> None:
        self.sent.append(mail)

    def is_allowed(self, address: str) -> bool:
        return True


@pytest.mark.parametrize("seconds, is_good", [(0, True), (599, True), (600, False), (100_000, False)])
def test_a_code_is_good_for_ten_minutes(seconds, is_good):
    now = [1000.0]
    codes = otp_mail.Codes(postman := NoPostman(), 10, lambda: now[0])
    handle = codes.issue(ANNA)
    now[0] += seconds
    assert codes.redeem(handle, ANNA, postman.sent[0][1]) is is_good


# How many.


def test_an_address_gets_one_mail_a_minute():
    now = [1000.0]
    codes = otp_mail.Codes(postman := NoPostman(), 10, lambda: now[0])
    for seconds, count in ((0, 1), (0, 1), (59, 1), (1, 2)):
        now[0] += seconds
        codes.issue(ANNA)
        assert len(postman.sent) == count
    codes.issue("bruno@example.it")
    assert len(postman.sent) == 3


def test_what_is_over_is_forgotten():
    now = [1000.0]
    codes = otp_mail.Codes(NoPostman(), 100, lambda: now[0])
    for number in range(50):
        codes.issue(f"a{number}@example.it")
    now[0] += 3600
    codes.issue(ANNA)
    assert (len(codes.out), len(codes.asked), len(codes.mails)) == (1, 1, 1)


def test_more_mails_than_the_bound_are_told_to_come_back(make, mails):
    module = make(MAILS_PER_HOUR="2", ADDRESSES="any")
    for name in "ab":
        module.ask_code(f"{name}@example.it")
    request = {
        "call": "c", **GATEWAY,
        "answer": {"fields": {"account": "c@example.it"}}, "state": module.begin()["state"]}
    status, _, answer = module.ask("/v1/resume", json.dumps(request).encode())
    assert status == 503 and answer.headers["Retry-After"] == "60"
    mails.wait(2)


# The process.


def test_a_mail_that_cannot_be_sent_is_logged_without_the_address(make):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        module = make(SMTP_PORT=str(unused.getsockname()[1]))
        module.ask_code(ANNA)
        until = time.monotonic() + 5
        while "not sent" not in module.log and time.monotonic() < until:
            time.sleep(0.02)
    assert module.log == "a mail was not sent: ConnectionRefusedError\n"


@pytest.mark.parametrize("path, body, expected", [
    ("/v1/hello/", None, 404), ("/", None, 404), ("/v1/other", b"{}", 404), ("/v1/begin", b"{", 400),
    ("/v1/begin", b"[]", 400), ("/v1/begin", b"{}", 400), ("/v1/begin", b"\xff", 400),
    ("/v1/begin", b"[" * 100_000, 400),
    ("/v1/resume", b'{"call": "c", "answer": 1, "state": 2}', 400),
], ids=range(9))
def test_what_no_gateway_sends_is_refused(module, path, body, expected):
    assert module.ask(path, body)[0] == expected
    assert module.ask("/v1/hello")[0] == 200 and module.log == ""


def test_a_request_that_is_too_long_is_refused_unread(module):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(module.socket)
        connection.sendall(b"POST /v1/begin HTTP/1.1\r\nHost: m\r\nContent-Length: 99999999\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_the_socket_is_for_owner_and_group_and_goes_with_the_process(module):
    assert stat.S_IMODE(os.stat(module.socket).st_mode) == 0o660
    assert module.end() == 0
    assert not os.path.exists(module.socket)


def test_a_socket_that_somebody_listens_at_is_left_alone_and_a_stale_one_is_replaced(module):
    second = module.spawn()
    assert second.wait(10) == 1 and "somebody listens there" in module.log
    assert module.ask("/v1/hello")[0] == 200
    module.end(signal.SIGKILL)
    assert os.path.exists(module.socket)
    module.start()
    assert module.ask("/v1/hello")[0] == 200


def test_it_does_not_start_without_a_sender(module):
    module.end()
    del module.environment["OTP_MAIL_SENDER"]
    assert module.spawn().wait(10) == 1 and "OTP_MAIL_SENDER" in module.log
