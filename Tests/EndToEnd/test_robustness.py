"""Bad input, guessing, overload and a store that is away: what Varco answers, and what it never says."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from raw_http import RawConnection
from varco_process import IDENTITY_HEADERS, PKCE, PORTAL, READ, Varco, fiscal_code, wait_until

NOBODY = fiscal_code(999, names="VRDGPP")
OAUTH = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/authorize-challenge"]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway of plain HTTP; the tests are its proxy."""
    installation = Varco(tmp_path_factory.mktemp("robust"), tls=False).prepare(citizens=60)
    try:
        yield installation.start()
    finally:
        installation.stop()


def audit_reasons(varco: Varco, since: int = 0) -> Counter[str]:
    """The reasons of the attempts that failed, from the audit log's record number on."""
    records = [json.loads(line) for line in varco.run("audit", "export").stdout.splitlines()]
    return Counter(
        json.loads(record["detail"])["reason"] for record in records[since:] if record["kind"] == "attempt-failed")


def audit_length(varco: Varco) -> int:
    return len(varco.run("audit", "export").stdout.splitlines())


# R9 and the lock.


def test_an_unknown_code_a_wrong_pin_and_a_locked_pin_get_the_same_answer_to_the_byte(gateway):
    person = gateway.person("ordinario")
    revoked = gateway.person("ordinario")
    gateway.run("pin", "revoke", revoked.code)
    without = gateway.person()
    answers = {
        "unknown": gateway.attempt(NOBODY, "AAAA1111"),
        "wrong": gateway.attempt(person, "AAAA1111"),
        "locked, wrong": gateway.attempt(person, "BBBB2222"),
        "locked, right": gateway.attempt(person, person.pin),
        "revoked": gateway.attempt(revoked, revoked.pin),
        "no PIN": gateway.attempt(without, "AAAA1111"),
        "wrong, dispositivo": gateway.attempt(gateway.person("ordinario"), "AAAA1111", authenticator="pin-dispositivo"),
    }
    shapes = {name: visible(answer) for name, answer in answers.items()}
    assert set(shapes.values()) == {shapes["unknown"]}, shapes


def visible(answer: requests.Response) -> tuple:
    """All that a client sees but what must differ between any two answers."""
    headers = sorted(
        (name.lower(), value) for name, value in answer.headers.items() if name.lower() not in ("date", "x-request-id"))
    return answer.status_code, tuple(headers), answer.content


def test_of_a_hundred_parallel_guesses_at_most_one_is_compared(make_varco):
    varco: Varco = make_varco(tls=False, extra="hashing:\n  queue: 200\n")
    person = varco.person("ordinario")
    start = audit_length(varco)
    guesses = [f"GUESS{number:03d}" for number in range(99)]
    guesses.insert(50, person.pin)
    barrier = threading.Barrier(25)

    def guess(pin: str) -> int:
        if barrier.n_waiting < 25 and not barrier.broken:
            try:
                barrier.wait(timeout=5)
            except threading.BrokenBarrierError:
                pass
        return varco.attempt(person, pin).status_code

    with ThreadPoolExecutor(25) as pool:
        statuses = Counter(pool.map(guess, guesses))
    reasons = audit_reasons(varco, start)
    right = statuses[200]
    if right:
        # The right one came first and cleared the count; whoever came next was compared, and nobody after.
        assert right == 1 and reasons["locked"] >= 98
        pytest.skip("the right PIN was the first of a hundred")
    assert statuses == {400: 100}
    assert reasons == {"wrong": 1, "locked": 99}
    assert varco.attempt(person, person.pin).status_code == 400, "it is locked now"
    locks = json.loads(varco.run("pin", "status", person.code, "--json").stdout)["locks"]
    assert [(lock["bucket"], lock["failures"]) for lock in locks] == [("shared", 1)]


# Bodies and heads.


@pytest.mark.parametrize("path", OAUTH)
def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_sent(gateway, path):
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(head(path, b"Content-Length: 10000000") + b"grant_type=")
        answer = connection.answer()
    assert answer.status == 413
    assert answer.header("content-type") == "application/problem+json"
    assert json.loads(answer.body)["type"].startswith("urn:varco:problem:")


def test_a_chunked_body_over_the_limit_is_refused_before_its_end(gateway):
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(head("/oauth2/token", b"Transfer-Encoding: chunked"))
        for _ in range(5):
            connection.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
        assert connection.answer().status == 413


def test_after_a_413_the_connection_is_closed_and_not_read_on(gateway):
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(head("/oauth2/token", b"Transfer-Encoding: chunked"))
        for _ in range(5):
            connection.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
        assert connection.answer().closes
        sent = 0
        try:
            while sent < 20_000_000:
                connection.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
                sent += 0x4000
            assert sent < 20_000_000, "it swallowed 20 MB after its answer"
        except (ConnectionError, TimeoutError):
            pass
        connection.rest_until_closed()


def test_a_body_just_within_the_limit_is_read(gateway):
    form = b"token=" + b"a" * (64 * 1024 - 6)
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(head("/oauth2/revoke", b"Content-Length: %d" % len(form)) + form)
        assert connection.answer().status == 401
        connection.send(head("/oauth2/revoke", b"Content-Length: %d" % (len(form) + 1)) + form + b"a")
        assert connection.answer().status == 413


@pytest.mark.parametrize("body", [b"grant_type=", b"5\r\nabc"], ids=["length", "chunk"])
def test_a_body_that_ends_early_is_no_fault_of_ours(gateway, body):
    kind = b"Transfer-Encoding: chunked" if b"\r\n" in body else b"Content-Length: 500"
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(head("/oauth2/token", kind) + body)
        connection.finish()
        assert connection.answer().status == 400


@pytest.mark.parametrize("path", ["/forward-auth", "/oauth2/jwks", "/nothing"])
def test_an_answer_to_head_has_no_body(gateway, path):
    with RawConnection(gateway.port, timeout=5) as connection:
        connection.send(b"HEAD " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.send(b"GET /oauth2/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.socket.settimeout(2)
        wait_until(lambda: connection._more() and connection.buffer.count(b"HTTP/1.1 ") >= 2, 5, "both answers")
        assert connection.answer(to_head=True).body == b""
        assert connection.answer().status == 200


def head(path: str, *lines: bytes) -> bytes:
    first = [b"POST " + path.encode() + b" HTTP/1.1", b"Host: localhost"]
    return b"\r\n".join([*first, b"Content-Type: application/x-www-form-urlencoded", *lines]) + b"\r\n\r\n"


# Malformed input gets the RFC's error.


@pytest.mark.parametrize("path", OAUTH)
@pytest.mark.parametrize(
    "body, kind",
    [
        (b"a=%zz", "application/x-www-form-urlencoded"), (b"a=%", "application/x-www-form-urlencoded"),
        (b"a=%00", "application/x-www-form-urlencoded"), (b"a=%ff%fe", "application/x-www-form-urlencoded"),
        (b"token=a&token=b", "application/x-www-form-urlencoded"), (b"&".join(b"a%d=1" % n for n in range(101)), "application/x-www-form-urlencoded"),
        (b'{"grant_type":"client_credentials"}', "application/json"), (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "application/x-www-form-urlencoded"), (b"\x00\x01\x02", ""),
    ],
)  # fmt: skip
def test_what_is_no_form_is_an_invalid_request(gateway, path, body, kind):
    answer = requests.post(
        gateway.url + path, data=body, headers={"Content-Type": kind} if kind else {}, auth=(gateway.app.id, gateway.app.secret),
        timeout=10)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] in ("invalid_request", "unsupported_grant_type")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", OAUTH)
@pytest.mark.parametrize(
    "header", ["Basic", "Basic %%%", "Basic YXBw", "Basic YXBwOndyb25n", "Bearer x", "Digest username=x", "Basic YTpi, Basic YTpi", "\x80"])
def test_a_client_that_cannot_say_who_it_is_is_an_invalid_client(gateway, path, header):
    answer = requests.post(
        gateway.url + path, data={"token": "x"}, headers={"Authorization": header.encode("latin-1")}, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é", "A" * 5000, "..", "a b", "null"])
def test_a_token_that_is_none_is_inactive_or_401_and_never_a_fault(gateway, token):
    assert gateway.introspect(token) == {"active": False}
    assert gateway.revoke(token).status_code == 200
    answer = requests.get(
        f"{gateway.url}/forward-auth?scope={READ}", headers={"Authorization": f"Bearer {token}".encode()}, timeout=10)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("scope", ["x", ":", "consultazione:", "consultazione:X", "dispositivo:estratto conto \x01", "a" * 3000, '"', "\\"])
def test_a_malformed_scope_is_an_invalid_scope(gateway, scope):
    answer = gateway.attempt(NOBODY, "AAAA1111", scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert gateway.get("/forward-auth", params={"scope": scope}, headers={"Authorization": "Bearer x"}).status_code == 400


@pytest.mark.parametrize("change", [
    {"code_challenge": "short"}, {"code_challenge_method": "plain"}, {"max_age": "-1"}, {"max_age": "soon"},
    {"authenticator": "\u0000x"}, {"response_type": "token"}, {"resource": "https://nowhere.example"},
    {"auth_session": "c.nothing"}, {"auth_session": "s.nothing"},
])  # fmt: skip
def test_a_malformed_login_is_answered_with_the_rfc_error(gateway, change):
    form = {**PKCE().parameters, "scope": READ, "fiscal_code": NOBODY, "pin": "AAAA1111", **change}
    answer = gateway.challenge(form)
    assert answer.status_code == 400
    assert re.fullmatch("[a-z_]+", answer.json()["error"]) and answer.json()["error"] != "server_error"


# Who is it: nothing that the client sends decides.


def test_a_peer_that_is_no_configured_proxy_gets_no_decision_whatever_host_it_names(make_varco):
    varco: Varco = make_varco(tls=False, proxies=("10.9.8.7",))
    token = varco.access_token(varco.person("ordinario"))
    assert forward(varco, token, {"Host": host(varco)}) == 403
    assert forward(varco, token, {"Host": "elsewhere.example", "X-Forwarded-Host": host(varco)}) == 403


def test_forwarded_host_of_a_configured_proxy_counts(make_varco):
    varco: Varco = make_varco(tls=False, proxies=("127.0.0.1",))
    token = varco.access_token(varco.person("ordinario"))
    assert forward(varco, token, {"Host": "elsewhere.example", "X-Forwarded-Host": host(varco)}) == 200
    assert forward(varco, token, {"Host": host(varco), "X-Forwarded-Host": "elsewhere.example"}) == 403


def host(varco: Varco) -> str:
    return PORTAL.removeprefix("https://")


def forward(varco: Varco, token: str, headers: dict[str, str]) -> int:
    return varco.get(f"/forward-auth?scope={READ}", headers={"Authorization": f"Bearer {token}", **headers}).status_code


def test_identity_headers_that_a_client_sends_do_not_matter(gateway):
    token = gateway.access_token(gateway.person("ordinario"))
    spoofed = {name: "spoofed" for name in IDENTITY_HEADERS}
    headers = {"Authorization": f"Bearer {token}", "Host": host(gateway), **spoofed}
    answer = gateway.get(f"/forward-auth?scope={READ}", headers=headers)
    assert answer.status_code == 200
    for name in IDENTITY_HEADERS:
        assert name in answer.headers and answer.headers[name] != "spoofed"
    del headers["Authorization"]
    refused = gateway.get(f"/forward-auth?scope={READ}", headers=headers)
    assert refused.status_code == 401 and not set(IDENTITY_HEADERS) & set(refused.headers)


def test_the_demanded_scope_comes_from_the_url_only(gateway):
    token = gateway.access_token(gateway.person("ordinario"))
    headers = {
        "Authorization": f"Bearer {token}", "Host": host(gateway), "X-Forwarded-Uri": f"/forward-auth?scope={READ}",
        "X-Scope": READ, "X-Original-URL": f"/?scope={READ}",
    }  # fmt: skip
    assert gateway.get("/forward-auth?scope=dispositivo:domanda-disoccupazione", headers=headers).status_code in (401, 403)
    assert gateway.get("/forward-auth", headers=headers).status_code == 400
    assert gateway.get(f"/forward-auth?scope={READ}&scope={READ}", headers=headers).status_code == 400


def test_the_two_listeners_do_not_serve_each_others_routes(gateway):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert gateway.get(path).status_code == 404
        assert requests.get(gateway.admin + path, timeout=5).status_code == 200
    for path in ("/oauth2/jwks", "/forward-auth", "/.well-known/oauth-authorization-server"):
        assert requests.get(gateway.admin + path, timeout=5).status_code == 404
    assert requests.post(gateway.admin + "/oauth2/token", timeout=5).status_code == 404


# What never stands in a log line or an answer.


def test_no_fiscal_code_and_no_pin_is_ever_logged_or_answered(make_varco):
    varco: Varco = make_varco(tls=False, extra="log:\n  level: debug\n")
    person, other = varco.person("dispositivo"), varco.person("ordinario", changed=False)
    secrets = [person.code, other.code, NOBODY, person.pin, other.pin.replace("-", ""), other.pin, "WR0NGP1N"]
    login = varco.login(person)
    secrets += [login.code, login.auth_session]
    tokens = varco.token(login)
    secrets += [tokens["access_token"], varco.app.secret]
    answers = [
        varco.attempt(person, "WR0NGP1N", authenticator="pin-dispositivo"),
        varco.attempt(person, person.pin),
        varco.attempt(NOBODY, "WR0NGP1N"),
        varco.attempt(other, other.pin),
        varco.attempt(other, other.pin, scope=f"consultazione:{other.code}"),
        varco.attempt(other, other.pin, authenticator=other.code),
        varco.attempt(other, other.pin, resource=f"https://{other.code}"),
        varco.attempt(other, other.pin, acr_values=other.code, max_age=other.code),
        varco.attempt(other, other.pin, auth_session=f"c.{other.code}"),
        varco.post("/oauth2/token", {"grant_type": other.code, "code": other.pin}),
        varco.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": person.pin}),
        varco.post(f"/oauth2/token?fiscal_code={person.code}&pin={person.pin}", {"grant_type": "x"}),
        varco.post("/oauth2/introspect", {"token": other.code}, varco.portal),
        varco.post(f"/oauth2/{other.code}", {"pin": other.pin}),
        varco.get(f"/{other.code}/{person.pin}"),
        varco.get(f"/forward-auth?scope={READ}&fiscal_code={person.code}", headers={"Authorization": f"Bearer {person.pin}"}),
        varco.get(f"/forward-auth?scope=consultazione:{person.code}", headers={"Authorization": f"Bearer {person.pin}"}),
        requests.post(f"{varco.url}/oauth2/token", data={"a": "b"}, auth=(person.code, person.pin), timeout=10),
        requests.post(f"{varco.url}/oauth2/token", data=f"{person.code}=%zz", headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=10),
    ]  # fmt: skip
    for answer in answers:
        said = (answer.text + str(answer.headers)).upper()
        assert not [secret for secret in secrets[:6] if secret.upper() in said], answer.text
    assert any(answer.status_code == 400 for answer in answers)
    varco.stop()
    log = varco.log.upper()
    assert "REFUSED" in log, "it does log"
    assert [line for secret in secrets for line in log.splitlines() if secret.upper() in line] == []
    exported = varco.run("audit", "export").stdout.upper()
    assert not [secret for secret in secrets if secret.upper() in exported]


def test_a_fiscal_code_as_the_name_of_a_service_is_not_repeated(make_varco):
    varco: Varco = make_varco(tls=False)
    person = varco.person()
    answer = varco.attempt(NOBODY, "AAAA1111", scope=f"consultazione:{person.code.lower()}")
    assert answer.status_code == 400
    assert person.code.lower() not in answer.text and person.code.lower() not in varco.log


def test_metrics_name_nobody(gateway):
    person = gateway.person("ordinario")
    gateway.access_token(person)
    text = requests.get(f"{gateway.admin}/metrics", timeout=5).text
    assert "varco_logins_total" in text
    assert person.code not in text
    for line in text.splitlines():
        assert line.startswith("#") or re.fullmatch(r'[a-zA-Z_:][\w:]*(\{[^}]*\})? [-+0-9.eE]+(NaN|Inf)?', line), line
