"""Logins with cards against the running program: real TLS, a real token, real Chromium, real proxies."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl

import pytest

from cns_browser import CardBrowser
from cns_gateway import BROWSER, PROBLEMS, CardGateway, hidden
from cns_pki import client_context, demo_pki  # noqa: F401  one of them a fixture
from cns_proxies import Upstream, start_haproxy, start_nginx
from cns_token import CardToken
from cns_webdriver import DrivenBrowser
from varco_process import APPLY, READ


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, demo_pki):  # noqa: F811
    installation = CardGateway(tmp_path_factory.mktemp("cards"), demo_pki).prepare()
    try:
        yield installation.start()
    finally:
        installation.stop()


# Verdicts.

#: Cards that fail at something that is looked at before what they were made for.
EXCEPTIONS = {
    "equivalent-policy": "certificate-not-a-cns", "ca-as-card": "certificate-not-a-cns",
    "nul-in-name": "certificate-unreadable", "self-signed": "certificate-unreadable",
}


def test_every_card_of_the_demo_gets_the_answer_that_it_deserves(gateway, demo_pki):  # noqa: F811
    wrong = {}
    for card in demo_pki.cards.values():
        found = gateway.problem(card)
        expected = EXCEPTIONS.get(card.name) or PROBLEMS.get(card.reason, "accepted")
        # BoringSSL itself ends the handshake where the key may not sign; no page can say why.
        if found != expected and not (card.reason == "key-usage" and found == "handshake"):
            wrong[card.name] = (found, expected)
    assert not wrong, wrong


def test_the_answer_says_since_when_a_card_has_expired(gateway, demo_pki):  # noqa: F811
    shown = gateway.show(gateway.begin_card()["redirect"]["url"], demo_pki["expired"])
    assert shown.status == 403 and re.search(r"expired on 20\d\d-\d\d-\d\d", shown.body)
    page = gateway_page(gateway, demo_pki["expired"])
    assert re.search(r"scaduto il \d\d/\d\d/20\d\d", page)


def gateway_page(gateway, card, **headers) -> str:
    begun = gateway.begin_card()
    gateway.open_browser(begun)
    return gateway.show(
        begun["redirect"]["url"], card, headers={"Accept": "text/html", "User-Agent": BROWSER, **headers}).body


def test_an_older_cards_policy_counts_where_the_operator_says_so(tmp_path, demo_pki):  # noqa: F811
    gateway = CardGateway(
        tmp_path / "older", demo_pki, settings="policies: [1.3.76.16.2.1, 1.3.159.6.1.3.2.10]").prepare().start()
    try:
        assert gateway.problem(demo_pki["equivalent-policy"]) == "accepted"
    finally:
        gateway.stop()


# What a login is worth.


def test_a_card_gives_the_right_to_dispose_and_says_what_it_was(gateway, demo_pki):  # noqa: F811
    answer = gateway.card_token(demo_pki["good"], f"{READ} {APPLY}")
    assert APPLY in answer["scope"].split()
    token = gateway.introspect(answer["access_token"])
    assert token["acr"] == "urn:varco:acr:cns" and set(token["amr"]) == {"sc", "mfa"}
    assert gateway.forward_auth(answer["access_token"], APPLY).status_code == 200


def test_a_card_steps_a_pins_session_up_and_only_its_owners(gateway, demo_pki):  # noqa: F811
    card, other = demo_pki["good"], demo_pki["omocode"]
    person = type("Holder", (), {"code": card.fiscal_code, "pin": "", "grade": ""})()
    gateway.issue_pin(person, "ordinario")
    login = gateway.change_issued_pin(person)
    begun = gateway.begin_card(APPLY, auth_session=login.auth_session)
    assert gateway.show(begun["redirect"]["url"], other).problem == "another-person"
    assert gateway.show(begun["redirect"]["url"], card).status == 200
    done = gateway.finished(gateway.challenge({"auth_session": begun["auth_session"]}), begun["pkce"])
    assert APPLY in gateway.token(done)["scope"].split()


def test_a_chain_that_lacks_its_issuer_is_completed_from_the_trust_store(gateway, demo_pki):  # noqa: F811
    assert gateway.card_token(demo_pki["good-ca2"], chain=False)["access_token"]


def test_without_a_card_there_is_an_answer_and_not_a_broken_handshake(gateway):
    assert gateway.problem(None) == "certificate-missing"


# TLS.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_no_session_is_ever_resumed(gateway, demo_pki, version):  # noqa: F811
    context = demo_pki["good"].context(gateway.authority)
    context.minimum_version = context.maximum_version = version
    session = None
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", gateway.card_port), 10) as plain:
            with context.wrap_socket(plain, server_hostname="localhost", session=session) as secure:
                assert not secure.session_reused
                secure.sendall(b"GET /cns?relay_state=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert secure.recv(65536).startswith(b"HTTP/1.1 410")
                session = secure.session


def test_old_protocol_versions_are_refused(gateway, demo_pki):  # noqa: F811
    context = demo_pki["good"].context(gateway.authority)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        gateway.show(f"{gateway.card_url}/cns?relay_state=x", context=context)


def test_one_handshake_is_one_answer(gateway, demo_pki):  # noqa: F811
    first, second = gateway.begin_card(), gateway.begin_card()
    requests = b"".join(
        b"GET /cns?relay_state=%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % one["relay_state"].encode()
        for one in (first, second))
    with socket.create_connection(("127.0.0.1", gateway.card_port), 10) as plain:
        with demo_pki["good"].context(gateway.authority).wrap_socket(plain, server_hostname="localhost") as secure:
            # Both at once: a client that waits finds the connection closed after the first answer.
            secure.sendall(requests)
            answer = b""
            while part := secure.recv(65536):
                answer += part
    assert answer.count(b'"completed"') == 1 and b"connection: close" in answer.lower()
    assert gateway.finished(gateway.challenge({"auth_session": first["auth_session"]}), first["pkce"])
    waiting = gateway.challenge({"auth_session": second["auth_session"]})
    assert waiting.json()["error"] == "insufficient_authorization"


def test_a_card_can_be_tried_by_whoever_holds_it(gateway, demo_pki):  # noqa: F811
    assert gateway.show(f"{gateway.card_url}/cns", demo_pki["good"]).body == '{"status":"works"}'
    assert gateway.show(f"{gateway.card_url}/cns", demo_pki["revoked"]).problem == "certificate-revoked"
    assert gateway.show(f"{gateway.card_url}/").status == 303


# A real token.


def test_a_token_logs_in_with_curl(gateway, demo_pki, tmp_path):  # noqa: F811
    token = CardToken(tmp_path / "token", demo_pki["spare"])
    begun = gateway.begin_card()
    done = token.curl("--cacert", gateway.authority, begun["redirect"]["url"])
    assert done.returncode == 0 and done.stdout == b'{"status":"completed"}', done
    assert gateway.finished(gateway.challenge({"auth_session": begun["auth_session"]}), begun["pkce"])


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_token_logs_in_with_openssl(gateway, demo_pki, tmp_path, version):  # noqa: F811
    token = CardToken(tmp_path / "token", demo_pki["spare-ca2"])
    begun = gateway.begin_card()
    request = f"GET /cns?relay_state={begun['relay_state']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    done = token.s_client(gateway.card_port, gateway.authority, request.encode(), version)
    assert b'{"status":"completed"}' in done.stdout, (done.stdout, done.stderr)


# A real browser.


def test_chromium_gets_a_page_with_the_name_and_the_last_characters(gateway, demo_pki, tmp_path):  # noqa: F811
    card = demo_pki["good"]
    begun = gateway.begin_card()
    browser = CardBrowser(
        tmp_path / "home", authority=gateway.authority, origins=[gateway.card_url], pki=demo_pki, card=card)
    # Chromium comes from nowhere: it is sent to the page that explains.
    assert "/login/cns/begin" in browser.page(begun["redirect"]["url"])
    gateway.open_browser(begun)
    page = browser.page(begun["redirect"]["url"])
    assert f"{card.given_name} {card.family_name}" in page and card.fiscal_code[-4:] in page, page
    assert card.fiscal_code not in page
    assert hidden(page, "code")


def test_chromium_gets_a_page_that_says_why_a_card_is_refused(gateway, demo_pki, tmp_path):  # noqa: F811
    begun = gateway.begin_card()
    gateway.open_browser(begun)
    browser = CardBrowser(
        tmp_path / "home", authority=gateway.authority, origins=[gateway.card_url], pki=demo_pki,
        card=demo_pki["revoked"])
    assert "has been revoked" in browser.page(begun["redirect"]["url"])


def test_a_person_with_chromium_presses_the_buttons_and_the_application_goes_on(gateway, demo_pki, tmp_path):  # noqa: F811
    card = CardBrowser(
        tmp_path / "home", authority=gateway.authority, origins=[gateway.card_url], pki=demo_pki, card=demo_pki["good"])
    begun = gateway.begin_card()
    with DrivenBrowser(card) as page:
        assert "Continue" in page.open(begun["redirect"]["page"])
        page.click("button", then="Is this you?")
        assert page.address.startswith(f"{gateway.card_url}/cns")
        page.type("input[name=number]", "00")
        page.click("button.primary", then="not the number")
        page.type("input[name=number]", begun["redirect"]["number"])
        page.click("button.primary", then="Logged in")
    assert gateway.finished(gateway.challenge({"auth_session": begun["auth_session"]}), begun["pkce"])


def test_a_person_confirms_and_the_application_goes_on(gateway, demo_pki):  # noqa: F811
    begun = gateway.begin_card()
    cookie = gateway.open_browser(begun)
    page = gateway.show(
        begun["redirect"]["url"], demo_pki["good"], headers={"Accept": "text/html", "User-Agent": BROWSER})
    yes = {"code": hidden(page.body, "code"), "answer": "yes", "number": begun["redirect"]["number"]}
    assert gateway.form("/login/cns/confirm", "__Host-varco-login=" + "x" * 43, **yes).status_code == 410
    assert gateway.form("/login/cns/confirm", cookie, **yes).status_code == 200
    assert gateway.form("/login/cns/confirm", cookie, **yes).status_code == 410
    assert gateway.finished(gateway.challenge({"auth_session": begun["auth_session"]}), begun["pkce"])


# Proxies.


@pytest.mark.parametrize("start", [start_nginx, start_haproxy])
def test_a_proxy_hands_a_card_over(gateway, demo_pki, tmp_path, start):  # noqa: F811
    upstream = Upstream(gateway.proxy_port, gateway.authority, gateway.proxy_pair)
    with start(tmp_path / "proxy", upstream, demo_pki) as proxy:
        begun = gateway.begin_card()
        target = f"/cns?relay_state={begun['relay_state']}"
        words = {"revoked": b"certificate-revoked", "wrong-policy": b"certificate-not-a-cns",
                 "expired": b"certificate-refused-by-proxy", "impostor": b"certificate-refused-by-proxy"}
        for name, word in words.items():
            refused = proxy.ask(target, demo_pki[name])
            assert refused.status == 403 and word in refused.body, (name, refused.body)
        assert b"certificate-missing" in proxy.ask(target).body
        forged = [("Client-Cert", ":AAAA:"), ("X-Client-Verify", "SUCCESS"), ("X-Client-Cert", "x")]
        assert b"certificate-missing" in proxy.ask(target, None, forged).body
        assert proxy.ask(target, demo_pki["good"]).status == 200
        assert gateway.finished(gateway.challenge({"auth_session": begun["auth_session"]}), begun["pkce"])


def forged(card) -> dict[str, str]:
    """What a proxy would say of a card, from somebody who has the certificate and no key."""
    der = ssl.PEM_cert_to_DER_cert(card.certificate.read_text())
    return {"Client-Cert": f":{base64.b64encode(der).decode()}:", "X-Client-Verify": "SUCCESS"}


def test_safety6_headers_of_anybody_else_are_dropped_and_counted(gateway, demo_pki):  # noqa: F811
    before = gateway.metric('varco_certificate_headers_dropped_total{reason="untrusted"}')
    begun = gateway.begin_card()
    # The main host, whatever stands before it, takes nobody's word; 127.0.0.1 is one of its proxies.
    target = f"{gateway.url}/cns?relay_state={begun['relay_state']}"
    assert gateway.show(target, headers=forged(demo_pki["good"])).status == 404
    assert gateway.show(begun["redirect"]["url"], headers=forged(demo_pki["good"])).problem == "certificate-missing"
    assert gateway.metric('varco_certificate_headers_dropped_total{reason="untrusted"}') == before + 2
    assert gateway.challenge({"auth_session": begun["auth_session"]}).json()["error"] == "insufficient_authorization"


def test_safety6_the_proxys_listener_lets_nobody_in_without_the_proxys_own_certificate(gateway, demo_pki):  # noqa: F811
    target = f"https://localhost:{gateway.proxy_port}/cns?relay_state={gateway.begin_card()['relay_state']}"
    for context in (client_context(gateway.authority), demo_pki["good"].context(gateway.authority)):
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
            gateway.show(target, headers=forged(demo_pki["good"]), context=context)
    shown = gateway.show(target, headers=forged(demo_pki["good"]), context=gateway.as_proxy())
    assert shown.status == 200


@pytest.mark.parametrize("size", [1, 900, 12_000])
def test_a_proxy_that_hands_over_rubbish_gets_a_reason(gateway, size):
    rubbish = base64.b64encode(b"\x30" + b"\x82" * size).decode()
    target = f"https://localhost:{gateway.proxy_port}/cns?relay_state={gateway.begin_card()['relay_state']}"
    headers = {"Client-Cert": f":{rubbish}:", "X-Client-Verify": "SUCCESS"}
    assert gateway.show(target, headers=headers, context=gateway.as_proxy()).problem == "certificate-unreadable"


# Nothing leaks.


def test_no_fiscal_code_and_no_name_is_in_the_log_or_the_metrics(gateway, demo_pki):  # noqa: F811
    metrics = gateway.http.get(f"{gateway.admin}/metrics", timeout=10).text
    for card in demo_pki.cards.values():
        for text in (gateway.log, metrics):
            assert card.fiscal_code not in text
            assert not card.family_name or f"{card.given_name} {card.family_name}" not in text
    assert gateway.run("audit", "verify").returncode == 0


def test_each_refusal_is_in_the_audit_log_with_its_reason(gateway, demo_pki):  # noqa: F811
    gateway.problem(demo_pki["wrong-policy"])
    assert '"certificate-not-a-cns' in gateway.run("audit", "export").stdout.replace("\\", "")
