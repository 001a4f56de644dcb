"""The configurations of docs/proxies, as they stand, in the real nginx and the real Caddy, in front of a service that
echoes what reaches it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from proxy_gate import EchoService, PORTAL_HOST, PROXIES, REGISTRY_HOST, start_caddy, start_nginx
from varco_process import APPLY, IDENTITY_HEADERS, READ, REGISTRY, Varco, wait_until

READ_DOMANDA = "consultazione:domanda-disoccupazione"


@pytest.fixture(scope="module")
def service():
    echo = EchoService()
    yield echo
    echo.server.shutdown()
    echo.server.server_close()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def gate(request, varco, service, tmp_path_factory):
    start = {"nginx": start_nginx, "caddy": start_caddy}[request.param]
    running = start(tmp_path_factory.mktemp(request.param), varco, service)
    yield running
    running.process.terminate()
    running.process.wait(15)


@pytest.fixture(scope="module")
def person(varco):
    return varco.person("dispositivo")


@pytest.fixture
def reading(varco, person) -> str:
    """A token that may consult both services, of a login that may do no more."""
    return varco.access_token(person, f"{READ} {READ_DOMANDA}")


@pytest.fixture
def applying(varco, person) -> str:
    return varco.access_token(person, APPLY)


# What the gate answers.

def test_without_a_token_the_answer_is_401_with_a_challenge_and_never_a_redirect(gate, service):
    before = len(service.seen)
    for target, method in [("/estratto-conto", "GET"), ("/domanda-disoccupazione", "POST")]:
        for headers in [[], [("Accept", "text/html")], [("X-Requested-With", "XMLHttpRequest")]]:
            answer = gate.ask(target, method=method, headers=headers)
            assert answer.status == 401
            assert answer.header("Location") is None
            assert answer.header("WWW-Authenticate").startswith("Bearer ")
    assert len(service.seen) == before


@pytest.mark.parametrize("header", [
    "Bearer nonsense", "Bearer", "Basic YXBwOng=", "bearer a b", "Bearer eyJhbGciOiJub25lIn0.e30."])
def test_with_a_bad_authorization_header_the_answer_is_401(gate, header):
    answer = gate.ask("/estratto-conto", headers=[("Authorization", header)])
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.header("WWW-Authenticate")


def test_a_consultation_token_reads(gate, varco, reading):
    answer = gate.ask("/estratto-conto?anno=2026&x=%2F", reading)
    assert answer.status == 200
    assert answer.echo["target"] == "/estratto-conto?anno=2026&x=%2F"
    known = varco.introspect(reading)
    assert answer.echoed("X-Varco-Subject") == [known["sub"]]
    assert answer.echoed("X-Varco-Client") == ["app"]
    assert answer.echoed("X-Varco-Right") == ["consultazione"]
    assert answer.echoed("X-Varco-Expires") == [str(known["exp"])]
    assert set(answer.echoed("X-Varco-Scope")[0].split()) == {READ, READ_DOMANDA}
    # The token itself stays at the gate.
    assert answer.echoed("Authorization") == []


def test_a_consultation_token_on_a_dispositive_path_gets_the_challenge_of_rfc_9470(gate, service, reading):
    before = len(service.seen)
    answer = gate.ask("/domanda-disoccupazione", reading, "POST", body=b"importo=1000")
    assert answer.status == 401
    challenge = answer.header("WWW-Authenticate")
    assert challenge.count("Bearer") == 1
    assert 'error="insufficient_user_authentication"' in challenge
    assert f'scope="{APPLY}"' in challenge
    assert 'acr_values="urn:varco:acr:pin-dispositivo"' in challenge
    assert 'max_age="900"' in challenge
    assert len(service.seen) == before


def test_a_dispositive_token_applies_and_the_body_arrives(gate, applying):
    answer = gate.ask("/domanda-disoccupazione", applying, "POST", body=b"importo=1000")
    assert answer.status == 200
    assert (answer.echo["method"], answer.echo["body"]) == ("POST", "importo=1000")
    assert answer.echoed("X-Varco-Right") == ["dispositivo"]
    # R2: it consults, too.
    assert gate.ask("/domanda-disoccupazione", applying).status == 200


def test_a_token_of_another_service_is_refused_with_403_and_the_challenge(gate, applying):
    answer = gate.ask("/estratto-conto", applying)
    assert answer.status == 403
    assert 'error="insufficient_scope"' in (answer.header("WWW-Authenticate") or "")


# What a client cannot do.

def forgeries(spelling: str) -> list[tuple[str, str]]:
    change = {
        "as documented": str, "lower": str.lower, "upper": str.upper,
        "underscores": lambda name: name.replace("-", "_"),
        "one underscore": lambda name: name[::-1].replace("-", "_", 1)[::-1],
        "first underscore": lambda name: name.replace("-", "_", 1)}[spelling]
    return [(change(name), "forged") for name in IDENTITY_HEADERS]


@pytest.mark.parametrize(
    "spelling", ["as documented", "lower", "upper", "underscores", "one underscore", "first underscore"])
def test_forged_identity_headers_never_arrive(gate, varco, reading, spelling):
    answer = gate.ask("/estratto-conto", reading, headers=forgeries(spelling))
    assert answer.status == 200
    assert b"forged" not in answer.body
    assert answer.echoed("X-Varco-Subject") == [varco.introspect(reading)["sub"]]
    for name in ("X-Varco-Fiscal-Number", "X-Varco-Actor"):
        assert answer.echoed(name) in ([], [""]), "nobody acts for anybody here, and this host learns no fiscal code"


def test_no_placeholder_of_the_proxy_arrives_as_a_value(gate, reading):
    answer = gate.ask("/estratto-conto", reading)
    values = [value for name, value in answer.echo["headers"] if name.lower().startswith("x-varco")]
    assert not [value for value in values if "{" in value or "$" in value]


@pytest.mark.parametrize("name", IDENTITY_HEADERS)
def test_an_identity_header_cannot_be_taken_out_by_naming_it_in_connection(gate, reading, name):
    plain = gate.ask("/estratto-conto", reading)
    answer = gate.ask("/estratto-conto", reading, headers=[("Connection", f"close, {name}"), (name, "forged")])
    assert answer.status == 200
    assert answer.echoed(name) == plain.echoed(name)


def test_forged_forwarding_headers_do_not_arrive(gate, reading):
    names = ["X-Forwarded-Method", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Original-URI", "X-Original-URL",
             "X-Original-Method", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
             "Forwarded"]
    answer = gate.ask("/estratto-conto", reading, headers=[(name, "forged") for name in names])
    assert answer.status == 200
    assert b"forged" not in answer.body
    assert answer.echoed("X-Forwarded-Method") == ["GET"]
    assert answer.echoed("X-Forwarded-Host") == [PORTAL_HOST]


LOWERING_HEADERS = [
    ("X-Original-URI", "/estratto-conto"), ("X-Forwarded-Uri", "/estratto-conto"), ("X-Forwarded-Method", "GET"),
    ("X-Original-Method", "GET"), ("X-HTTP-Method-Override", "GET"), ("X-Varco-Scope", APPLY),
    ("X-Varco-Right", "dispositivo"), ("X-Rewrite-URL", "/estratto-conto"),
    ("X-Auth-Request-Redirect", "/estratto-conto"), ("X-Forwarded-Host", REGISTRY_HOST),
    ("Scope", READ),
]


@pytest.mark.parametrize("header", LOWERING_HEADERS, ids=lambda header: header[0])
def test_no_header_lowers_what_a_path_demands(gate, service, reading, header):
    before = len(service.seen)
    for name in (header[0], header[0].lower(), header[0].replace("-", "_")):
        answer = gate.ask("/domanda-disoccupazione", reading, "POST", headers=[(name, header[1])])
        assert answer.status == 401, name
    assert len(service.seen) == before


@pytest.mark.parametrize("query", [
    f"?scope={READ}", f"?scope={READ}&scope={READ}", f"?&scope={READ}", f"?%73cope={READ}", "?demand=none", "?#", "??"])
def test_no_query_lowers_what_a_path_demands(gate, service, reading, query):
    before = len(service.seen)
    assert gate.ask(f"/domanda-disoccupazione{query}", reading, "POST").status in (400, 401)
    assert len(service.seen) == before


def test_a_query_with_a_scope_is_the_services_business_and_changes_no_decision(gate, reading):
    assert gate.ask(f"/estratto-conto?scope={APPLY}", reading).status == 200


TRICKS = [
    "//domanda-disoccupazione", "/./domanda-disoccupazione", "/estratto-conto/../domanda-disoccupazione",
    "/estratto-conto/%2e%2e/domanda-disoccupazione", "/estratto-conto/..%2fdomanda-disoccupazione",
    "/estratto-conto%2f..%2fdomanda-disoccupazione", "/estratto-conto/%252e%252e/domanda-disoccupazione",
    "/domanda-disoccupazione/", "/domanda-disoccupazione/.", "/domanda-disoccupazione.", "/domanda-disoccupazione..",
    "/domanda-disoccupazione%00", "/domanda-disoccupazione%20", "/domanda-disoccupazione;estratto-conto",
    "/domanda-disoccupazione%3f", "/domanda-disoccupazione%23", "/DOMANDA-DISOCCUPAZIONE", "/%64omanda-disoccupazione",
    "/domanda%2ddisoccupazione", "/estratto-conto/..;/domanda-disoccupazione",
    "/estratto-conto\\..\\domanda-disoccupazione",
    "/domanda-disoccupazione/../estratto-conto", "/domanda-disoccupazione/%2e%2e/estratto-conto",
    "/domanda-disoccupazione/..%2festratto-conto", "/domanda-disoccupazione//../estratto-conto",
    "/estratto-conto/domanda-disoccupazione", "/x/../../domanda-disoccupazione",
    f"http://{PORTAL_HOST}/domanda-disoccupazione", f"http://{REGISTRY_HOST}/estratto-conto",
    "/.varco-gate", "/.varco-gate?scope=consultazione:estratto-conto",
    "/forward-auth?scope=consultazione:estratto-conto",
]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FROBNICATE"])
def test_no_spelling_of_a_path_widens_what_a_consultation_token_may_do(gate, service, reading, method):
    start = len(service.seen)
    for target in TRICKS:
        before = len(service.seen)
        answer = gate.ask(target, reading, method)
        reached = service.seen[before:]
        assert (answer.status == 200) == bool(reached), target
        for record in reached:
            # Only reading got through, and the service was told the very path that was judged.
            assert record["method"] == "GET", target
            # (Caddy keeps the escapes of a path that it rewrites to itself: /%64omanda is /domanda to everybody.)
            assert unquote(record["target"]) in ("/estratto-conto", "/domanda-disoccupazione"), target
            assert dict(record["headers"])["X-Varco-Right"] == "consultazione", target
    if method == "GET":
        assert len(service.seen) > start, "a spelling that means a path that may be read reaches it"


def test_a_method_that_nobody_knows_is_to_dispose(gate, service, reading, applying):
    before = len(service.seen)
    assert gate.ask("/domanda-disoccupazione", reading, "FROBNICATE").status in (401, 405)
    assert len(service.seen) == before
    assert gate.ask("/estratto-conto", reading, "POST").status in (403, 404, 405)
    assert gate.ask("/estratto-conto", applying, "POST").status in (403, 404, 405)
    assert len(service.seen) == before


def test_two_authorization_headers_never_let_one_token_pass_for_the_other(gate, service, reading):
    before = len(service.seen)
    for first, second in [("nonsense", reading), (reading, "nonsense")]:
        answer = gate.ask(
            "/domanda-disoccupazione", None, "POST",
            [("Authorization", f"Bearer {first}"), ("Authorization", f"Bearer {second}")])
        assert answer.status in (400, 401)
    assert len(service.seen) == before


def test_a_host_that_is_not_configured_gets_nothing(gate, service, reading):
    before = len(service.seen)
    assert gate.ask("/estratto-conto", reading, host="elsewhere.demo.example").status == 404
    # The target decides, not the header (RFC 9112 section 3.2.2): the other host's audience is another.
    answer = gate.ask(f"http://{REGISTRY_HOST}/estratto-conto", reading, host=PORTAL_HOST)
    assert answer.status != 200
    assert len(service.seen) == before


# Who learns a fiscal code.

@pytest.fixture(scope="module")
def registry_client(varco):
    return varco.add_client("registry-app", "--first-party", "--scope", READ, "--resource", REGISTRY)


def test_the_fiscal_number_reaches_only_the_host_that_is_registered_for_it(gate, varco, person, registry_client):
    login = varco.login(person, READ, client=registry_client)
    token = varco.token(login, registry_client)["access_token"]
    headers = forgeries("as documented") + forgeries("underscores")
    answer = gate.ask("/estratto-conto", token, host=REGISTRY_HOST, headers=headers)
    assert answer.status == 200
    assert answer.echoed("X-Varco-Fiscal-Number") == [person.code]
    assert b"forged" not in answer.body


def test_a_token_for_one_host_is_refused_at_the_other(gate, varco, person, reading, registry_client):
    token = varco.token(varco.login(person, READ, client=registry_client), registry_client)["access_token"]
    for host, wrong in [(PORTAL_HOST, token), (REGISTRY_HOST, reading)]:
        answer = gate.ask("/estratto-conto", wrong, host=host, headers=[("X-Forwarded-Host", PORTAL_HOST)])
        assert answer.status == 401
        assert 'error="invalid_token"' in answer.header("WWW-Authenticate")


# When Varco is away.

@pytest.mark.parametrize("start", [start_nginx, start_caddy], ids=["nginx", "caddy"])
def test_without_the_broker_nothing_passes_and_afterwards_everything_does_again(start, make_varco, service, tmp_path):
    broker = make_varco()
    proxy = start(tmp_path, broker, service)
    try:
        token = broker.access_token(broker.person("ordinario"))
        assert proxy.ask("/estratto-conto", token).status == 200
        broker.kill()
        before = len(service.seen)
        for _ in range(3):
            answer = proxy.ask("/estratto-conto", token)
            assert answer.status == 403 or 500 <= answer.status < 600
        assert len(service.seen) == before
        broker.start()
        wait_until(lambda: proxy.ask("/estratto-conto", token).status == 200, 15, "the gate opens again", every=0.2)
    finally:
        proxy.process.terminate()
        proxy.process.wait(15)


def test_only_lines_marked_for_it_have_to_be_adapted():
    """Whoever copies the nginx files finds every address, path and host on a marked line."""
    for name in ("nginx.conf", "nginx-gate.conf"):
        for line in (PROXIES / name).read_text().splitlines():
            if line.lstrip().startswith("#") or "# change:" in line:
                continue
            assert not re.search(r"127\.0\.0\.1|/etc/|\.example|:\d{4}\b", line), line
