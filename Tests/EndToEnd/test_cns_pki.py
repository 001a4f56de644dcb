"""What the other tests of the CNS stand on: the demo PKI is what its manifest says, and the servers, the token, the
browser and the proxies around it are real and do what they are told."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import stat
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

import pytest
from cryptography import x509

from cns_browser import CardBrowser
from cns_ocsp import Lie, OcspServer
from cns_pki import SCRIPTS, Card, DemoPKI, demo_pki, demo_pki_copy  # noqa: F401  two of them are fixtures
from cns_profile import CODE, broken_rules, run, verify_with_openssl
from cns_proxies import CardProxy, EchoUpstream, start_haproxy, start_nginx
from cns_servers import Behaviour, CrlServer
from cns_tls import PageServer, openssl_s_server
from cns_token import CardToken
from proxy_gate import PROXIES
from varco_process import make_authority

# The errors of `openssl verify`, which knows nothing of what a CNS is besides.
OPENSSL_ERRORS = {
    "revoked": 23, "expired": 10, "not-yet-valid": 9, "revoked-ca2": 23, "no-client-auth": 26, "signature": 26,
    "weak-key": 66, "sha1": 68, "impostor": 20, "self-signed": 18, "unknown-revocation": 3}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
XMLSEC_IDS = ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A folder with a certificate for localhost, and the authority that made it."""
    folder = tmp_path_factory.mktemp("cns-host")
    make_authority(folder)
    return folder


# The cards.

def test_each_card_breaks_the_rule_that_the_manifest_names_and_no_other(demo_pki):
    assert len(demo_pki.cards) >= 20
    by_certificate = {card.name: broken_rules(card) for card in demo_pki.cards.values()}
    by_path = {"revoked", "untrusted", "revocation-unknown"}
    assert by_certificate == {
        card.name: {card.reason} - by_path if card.reason else set() for card in demo_pki.cards.values()}
    assert {card.verdict for card in demo_pki.cards.values() if not card.reason} == {"accepted"}
    assert "accepted" not in {card.verdict for card in demo_pki.cards.values() if card.reason}


def test_openssl_refuses_the_cards_that_no_server_may_take_and_no_others(demo_pki):
    found = {card.name: verify_with_openssl(demo_pki, card) for card in demo_pki.cards.values()}
    assert {name: error for name, error in found.items() if error} == OPENSSL_ERRORS


def test_the_names_of_a_good_card_have_the_form_of_the_real_ones(demo_pki):
    text = run(
        "openssl", "x509", "-in", demo_pki["good"].certificate, "-noout", "-subject", "-nameopt",
        "RFC2253,-esc_2253").stdout
    parts = [part.partition("=")[0] for part in text.removeprefix("subject=").split(",")]
    assert parts == ["CN", "serialNumber", "SN", "GN", "OU", "O", "C"]
    assert re.search(rf"CN={CODE}/[0-9]{{16}}\.[A-Za-z0-9+/]{{27}}=,", text)


def test_every_card_has_its_own_key_which_its_owner_alone_can_read(demo_pki):
    for key in demo_pki.folder.rglob("*key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600, key
    for card in demo_pki.cards.values():
        public = run("openssl", "pkey", "-in", card.key, "-pubout").stdout
        assert public == run("openssl", "x509", "-in", card.certificate, "-noout", "-pubkey").stdout, card.name


def test_the_script_never_writes_into_a_folder_that_holds_something_nor_takes_a_wrong_code(demo_pki, tmp_path):
    refused = run(SCRIPTS / "make-demo-pki.sh", demo_pki.folder, check=False)
    assert (refused.returncode, "not empty" in refused.stderr) == (1, True)
    refused = run(SCRIPTS / "make-demo-pki.sh", tmp_path / "new", "--cf", "RSSMRA85T10H501A", check=False)
    assert (refused.returncode, (tmp_path / "new").exists()) == (2, False)


# CRLs and the trusted list.

def test_a_crl_has_what_rfc_5280_asks_for_and_a_revoked_card_is_in_the_next_one(demo_pki_copy):
    def numbers() -> dict[str, int]:
        found = {}
        for name in ("root", "ca1", "ca2"):
            crl = x509.load_der_x509_crl(demo_pki_copy.crl(name).read_bytes())
            authority = x509.load_pem_x509_certificate(demo_pki_copy.authority(name).read_bytes())
            key = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
            assert crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == key
            assert crl.is_signature_valid(authority.public_key()) and crl.next_update_utc
            found[name] = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        return found

    before, card = numbers(), demo_pki_copy["spare"]
    assert verify_with_openssl(demo_pki_copy, card) == 0
    demo_pki_copy.revoke("spare", "superseded")
    assert verify_with_openssl(demo_pki_copy, card) == 23
    assert numbers() == {**before, "ca1": before["ca1"] + 1}
    demo_pki_copy.renew_crls(days=1)
    assert numbers()["root"] == before["root"] + 1


def test_the_trusted_list_is_signed_and_names_the_three_authorities_among_others(demo_pki_copy):
    tsl = demo_pki_copy.make_tsl(sequence=7)
    verify = ["xmlsec1", "--verify", *XMLSEC_IDS, "--trusted-pem", tsl.parent / "signer.pem"]
    run(*verify, tsl)
    changed = tsl.with_name("changed.xml")
    changed.write_text(tsl.read_text().replace("/withdrawn<", "/recognisedatnationallevel<"))
    assert run(*verify, changed, check=False).returncode == 1
    place = {"": "http://uri.etsi.org/02231/v2#"}
    root = xml.etree.ElementTree.parse(tsl).getroot()
    assert root.findtext(".//TSLSequenceNumber", namespaces=place) == "7"
    services = root.findall(".//ServiceInformation", place)
    kept = [
        service.findtext(".//X509Certificate", namespaces=place) for service in services
        if service.findtext("ServiceTypeIdentifier", namespaces=place) == "http://uri.etsi.org/TrstSvc/Svctype/IdV"
        and service.findtext("ServiceStatus", namespaces=place).endswith("/recognisedatnationallevel")]
    assert len(services) == 7
    assert [base64.b64decode(one) for one in kept] == [
        ssl.PEM_cert_to_DER_cert(demo_pki_copy.authority(name).read_text()) for name in ("ca1", "ca2", "ca3")]


def fetch(url: str, timeout: float = 10) -> bytes:
    with DIRECT.open(url, timeout=timeout) as response:
        return response.read()


def test_the_crl_server_serves_counts_and_misbehaves_as_told(demo_pki):
    url, right = f"{demo_pki.crl_base}/ca1.crl", demo_pki.crl("ca1").read_bytes()
    with CrlServer(demo_pki) as server:
        assert fetch(url) == right
        for behaviour in (Behaviour.MISSING, Behaviour.BROKEN, Behaviour.HANG, Behaviour.TRUNCATED):
            server.behave("ca1.crl", behaviour)
            with pytest.raises((OSError, http.client.HTTPException)):
                fetch(url, timeout=0.5)
        for behaviour, what in ((Behaviour.EMPTY, b""), (Behaviour.GARBAGE, b"<html>")):
            server.behave("ca1.crl", behaviour)
            assert fetch(url).startswith(what) and fetch(url) != right
        for behaviour, least, most in ((Behaviour.DRIP, 1, 10), (Behaviour.ENDLESS, 1, 1 << 20)):
            server.behave("ca1.crl", behaviour)
            with DIRECT.open(url, timeout=10) as response:
                assert least <= len(response.read1(1 << 20)) <= most
        assert server.count("ca1.crl") == 11 and server.count("ca2.crl") == 0
        server.replace("ca2.crl", b"yesterday's")
        assert fetch(f"{demo_pki.crl_base}/ca2.crl") == b"yesterday's"
        for path in ("/ca3.crl", "/../manifest.json", "/%2e%2e/manifest.json"):
            with pytest.raises(urllib.error.HTTPError):
                fetch(demo_pki.crl_base + path)


# OCSP.

@pytest.fixture(scope="module")
def ocsp_server(demo_pki):
    with OcspServer(demo_pki) as server:
        yield server


def ask_ocsp(pki: DemoPKI, name: str) -> str:
    """What `openssl ocsp` as a client says about a card, asking where the card says."""
    card = pki[name]
    done = run(
        "openssl", "ocsp", "-issuer", pki.authority(card.authority), "-cert", card.certificate, "-CAfile", pki.trust,
        "-url", f"{pki.ocsp_base}/{card.authority}", "-timeout", "5", check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name, state", [
    ("good", "good"), ("good-ca2", "good"), ("revoked", "revoked"), ("revoked-ca2", "revoked")])
def test_the_real_responder_knows_the_cards_of_its_authority(demo_pki, ocsp_server, name, state):
    answer = ask_ocsp(demo_pki, name)
    assert "Response verify OK" in answer and f"cert.pem: {state}\n" in answer and "WARNING" not in answer


def test_the_responder_answers_a_get_as_well(demo_pki, ocsp_server, tmp_path):
    run("openssl", "ocsp", "-issuer", demo_pki.authority("ca1"), "-cert", demo_pki["revoked"].certificate, "-no_nonce",
        "-reqout", tmp_path / "request")
    request = urllib.parse.quote(base64.b64encode((tmp_path / "request").read_bytes()), safe="")
    (tmp_path / "response").write_bytes(fetch(f"{demo_pki.ocsp_base}/ca1/{request}"))
    text = run("openssl", "ocsp", "-respin", tmp_path / "response", "-CAfile", demo_pki.trust, "-resp_text").stdout
    assert "Cert Status: revoked" in text


LIES = {
    Lie.GOOD: "cert.pem: good", Lie.REVOKED: "cert.pem: revoked", Lie.UNKNOWN: "cert.pem: unknown",
    Lie.TRY_LATER: "trylater (3)", Lie.UNAUTHORIZED: "unauthorized (6)", Lie.OTHER_SERIAL: "No Status found",
    Lie.OTHER_ISSUER: "No Status found", Lie.STALE: "status expired", Lie.FROM_THE_FUTURE: "status not yet valid",
    Lie.WITHOUT_NONCE: "no nonce in response", Lie.WRONG_NONCE: "Nonce Verify error",
    Lie.SIGNED_BY_A_CARD: "missing ocspsigning usage", Lie.SIGNED_BY_ANOTHER_AUTHORITY: "Response Verify Failure",
    Lie.BAD_SIGNATURE: "Response Verify Failure"}


@pytest.mark.parametrize("lie", Lie, ids=lambda lie: lie.name)
def test_a_lie_of_the_responder_is_that_lie(demo_pki, ocsp_server, lie):
    ocsp_server.lie("ca1", lie)
    try:
        assert LIES[lie] in ask_ocsp(demo_pki, "good")
    finally:
        ocsp_server.lie("ca1", None)
    assert "cert.pem: good" in ask_ocsp(demo_pki, "good")


# The token.

@pytest.fixture(scope="module")
def card_server(demo_pki, host):
    with openssl_s_server(demo_pki, host) as port:
        yield port


@pytest.fixture(scope="module")
def token(demo_pki, tmp_path_factory):
    return CardToken(tmp_path_factory.mktemp("cns-token"), demo_pki["good"])


def test_curl_and_openssl_show_the_card_that_is_on_a_token(demo_pki, token, card_server, host):
    url, authority = f"https://localhost:{card_server}/", ["--cacert", host / "ca.pem"]
    shown = f"CN={token.card.fiscal_code}\\/"
    for certificate in (None, token.card.chain):
        done = token.curl(*authority, url, certificate=certificate)
        assert (done.returncode, shown in done.stdout.decode()) == (0, True), done.stderr.decode()
    done = token.s_client(card_server, host / "ca.pem", b"GET / HTTP/1.0\r\n\r\n")
    assert shown in done.stdout.decode(), done.stderr.decode()
    assert token.curl(*authority, url, pin="99999").returncode == 58, "no key without the PIN"
    assert run("curl", "-sS", *authority, url, check=False).returncode == 56, "no page without a card"


# The browser.

@pytest.fixture(scope="module")
def page_server(demo_pki, host):
    server = PageServer(demo_pki, host)
    yield server
    server.close()


@pytest.mark.parametrize("name, shown", [("good", True), ("revoked", True), ("expired", False), (None, False)])
def test_chromium_shows_a_card_that_it_takes_for_valid(demo_pki, page_server, host, tmp_path, name, shown):
    card = demo_pki[name] if name else None
    browser = CardBrowser(
        tmp_path / "home", authority=host / "ca.pem", origins=[page_server.url], pki=demo_pki, card=card)
    page = browser.page(f"{page_server.url}/")
    assert (f"<p>card {card.serial.lstrip('0')}</p>" in page) if shown else page == ""


# The proxies.

@pytest.fixture(scope="module", params=[start_nginx, start_haproxy], ids=["nginx", "haproxy"])
def proxy(request, demo_pki, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cns-proxy")
    upstream = EchoUpstream(folder / "echo")
    with request.param(folder / "proxy", upstream, demo_pki) as running:
        yield running
    upstream.close()


def handed_over(proxy: CardProxy, card: Card | None, **options) -> tuple[bytes | None, list[str]]:
    """The certificate (DER) that reached the service, and the state of its verification."""
    answer = proxy.ask("/cns?code=1", card, **options)
    assert (answer.status, answer.echo["target"]) == (200, "/cns?code=1")
    pem, rfc9440 = answer.echoed("X-Client-Cert"), answer.echoed("Client-Cert")
    assert len(pem) + len(rfc9440) <= 1 and not answer.echoed("Client-Cert-Chain")
    der = [ssl.PEM_cert_to_DER_cert(urllib.parse.unquote(one)) for one in pem]
    der += [base64.b64decode(one.removeprefix(":").removesuffix(":"), validate=True) for one in rfc9440]
    return (der[0] if der else None), answer.echoed("X-Client-Verify")


@pytest.mark.parametrize("name, state", [
    ("good", "SUCCESS"), ("good-ca2", "SUCCESS"), ("expired", "FAILED:"), ("impostor", "FAILED:"),
    ("self-signed", "FAILED:"), ("weak-key", "FAILED:"), ("signature", "FAILED:"), ("revoked", "SUCCESS")])
def test_a_proxy_hands_over_the_certificate_and_what_it_thinks_of_it(demo_pki, proxy, name, state):
    der, states = handed_over(proxy, demo_pki[name])
    assert der == ssl.PEM_cert_to_DER_cert(demo_pki[name].certificate.read_text())
    assert len(states) == 1 and (states[0] == state or state == "FAILED:" and states[0].startswith(state))


FORGED = [
    "Client-Cert", "Client-Cert-Chain", "X-Client-Cert", "X-Client-Verify", "X-SSL-Client-Cert", "X-SSL-Client-Verify",
    "SSL-Client-Cert", "SSL-Client-Verify", "X-Forwarded-Client-Cert", "X-ARR-ClientCert", "X-Forwarded-For",
    "Forwarded"]


@pytest.mark.parametrize("name", [None, "good", "expired"])
def test_no_certificate_header_of_a_client_gets_through_a_proxy(demo_pki, proxy, name):
    card = demo_pki[name] if name else None
    right = handed_over(proxy, card)
    assert name or right == (None, ["NONE"])
    for change in (str, str.lower, str.upper, lambda one: one.replace("-", "_"), lambda one: one.replace("-", "_", 1)):
        headers = [(change(one), "SUCCESS") for one in FORGED] + [("Connection", "close, X-Client-Verify")]
        assert handed_over(proxy, card, headers=headers) == right
        answer = proxy.ask("/cns", card, headers=headers)
        values = [key for key, value in answer.echo["headers"] if value == "SUCCESS"]
        assert [one.lower() for one in values] == (["x-client-verify"] if name == "good" else [])


def test_a_proxy_passes_what_varco_needs_of_a_browser_and_no_other_path(demo_pki, proxy):
    browser = [
        ("Accept", "text/html"), ("Accept-Language", "it"), ("Cookie", "a=b"), ("Content-Type", "text/plain"),
        ("Origin", "https://localhost"), ("Referer", "https://localhost/"), ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Site", "same-site"), ("User-Agent", "test")]
    for name in ("good", "expired"):
        answer = proxy.ask("/cns", demo_pki[name], browser, "POST", b"x=1")
        assert (answer.echo["method"], answer.echo["body"]) == ("POST", "x=1")
        assert [(key, *answer.echoed(key)) for key, _ in browser] == browser
        for target in ("/", "/login", "/cns/", "/cns/x", "/cnsx", "/oauth2/token", "/cns/../oauth2/token"):
            assert proxy.ask(target, demo_pki[name]).status == 404, target


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_no_session_with_a_proxy_is_resumed(demo_pki, proxy, version):
    context = demo_pki["good"].context(proxy.authority)
    context.minimum_version = context.maximum_version = version
    session = None
    for _ in range(2):
        plain = socket.create_connection(("127.0.0.1", proxy.port), 10)
        with context.wrap_socket(plain, server_hostname="localhost", session=session) as wire:
            wire.sendall(b"GET /cns HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            while wire.recv(65536):
                pass
            assert not wire.session_reused
            session = wire.session


@pytest.mark.parametrize("name", ["nginx-cns.conf", "haproxy-cns.cfg"])
def test_only_lines_marked_for_it_have_to_be_adapted(name):
    for line in (PROXIES / name).read_text().splitlines():
        if not line.lstrip().startswith("#") and "# change:" not in line:
            assert not re.search(r"127\.0\.0\.1|/etc/|\.example|:\d{4}\b", line), line
