"""An installation that takes cards: its own listener, the demo PKI's anchors, and what a card's holder does."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from cns_pki import Card, DemoPKI, client_context
from varco_process import APPLY, PKCE, Varco, free_port, openssl

#: What the address of the module answers to a card whose verdict the manifest gives.
PROBLEMS = {
    "expired": "certificate-expired", "not-yet-valid": "certificate-not-yet-valid", "revoked": "certificate-revoked",
    "revocation-unknown": "revocation-unknown", "policy": "certificate-not-a-cns",
    "key-usage": "certificate-for-signing", "extended-key-usage": "certificate-purpose",
    "weak-key": "certificate-weak", "weak-signature": "certificate-weak", "common-name": "certificate-identity",
    "fiscal-code": "certificate-identity", "untrusted": "certificate-untrusted",
}
CONFIRMED, BROWSER = "text/html", "Mozilla/5.0 (X11; Linux x86_64)"


@dataclass
class Shown:
    """What came back from where a card was shown."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def problem(self) -> str:
        return json.loads(self.body)["type"].removeprefix("urn:varco:problem:")


class CardGateway(Varco):
    """`CardGateway(folder, pki).prepare().start()`; people with cards are in its registry."""

    def __init__(self, folder, pki: DemoPKI, *, revocation: str | None = None, settings: str = "", **options):
        super().__init__(folder, **options)
        self.pki, self.card_port, self.proxy_port = pki, free_port(), free_port()
        self.anchors = self.folder / "anchors"
        crls = ", ".join(str(path) for path in sorted((pki.folder / "crls").glob("*.crl")))
        self.revocation = revocation if revocation is not None else f"crl_files: [{crls}]\nocsp: false"
        self.settings = settings

    @property
    def card_url(self) -> str:
        return f"https://localhost:{self.card_port}"

    def prepare(self, citizens: int = 5) -> "CardGateway":
        self.anchors.mkdir(parents=True)
        shutil.copy(self.pki.anchor, self.anchors / "root.pem")
        super().prepare(citizens)
        self._make_proxy_pair()
        table = self.folder / "card-holders.csv"
        self.pki.write_citizens(table)
        self.run("citizen", "import", str(table))
        return self

    def _make_proxy_pair(self) -> None:
        openssl(self.folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "proxy.key", "-out", "proxy.csr", "-subj", "/CN=card proxy")
        openssl(self.folder, "x509", "-req", "-in", "proxy.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", "proxy.pem", "-days", "2")

    def yaml(self) -> str:
        revocation = "\n".join(f"        {line}" for line in self.revocation.splitlines())
        more = "".join(f"      {line}\n" for line in self.settings.splitlines())
        instance = f"""\
  - id: cns
    type: cns
    settings:
      address: {self.card_url}/cns
      anchors: {self.anchors}
      intermediates: {self.pki.folder}/intermediates
{more}      revocation:
{revocation}
certificate_listen:
  host: 127.0.0.1
  port: {self.card_port}
  tls:
    certificate: {self.folder}/server.pem
    key: {self.folder}/server.key
certificate_proxy_listen:
  host: 127.0.0.1
  port: {self.proxy_port}
  proxies: [127.0.0.1]
  tls:
    certificate: {self.folder}/server.pem
    key: {self.folder}/server.key
    client_authority: {self.folder}/ca.pem
"""
        return super().yaml() + instance

    @property
    def proxy_pair(self) -> tuple[str, str]:
        """What a proxy shows at the listener that is for it."""
        return f"{self.folder}/proxy.pem", f"{self.folder}/proxy.key"

    def as_proxy(self) -> ssl.SSLContext:
        context = client_context(self.authority)
        context.load_cert_chain(*self.proxy_pair)
        return context

    # The way of a login.

    def begin_card(self, scope: str = APPLY, pkce: PKCE | None = None, **more: str) -> dict:
        """Begins a login with a card and returns the answer, with `relay_state` in it."""
        pkce = pkce or PKCE()
        answer = self.challenge({**pkce.parameters, "scope": scope, "authenticator": "cns", **more})
        body = answer.json()
        assert answer.status_code == 400 and body["error"] == "insufficient_authorization", answer.text
        body["relay_state"] = parse_qs(urlsplit(body["redirect"]["url"]).query)["relay_state"][0]
        body["pkce"] = pkce
        return body

    def show(
        self, url: str, card: Card | None = None, *, headers: dict[str, str] | None = None, chain: bool = True,
        context: ssl.SSLContext | None = None,
    ) -> Shown:
        """A GET with the card, in a connection of its own."""
        parts = urlsplit(url)
        if context is None:
            context = card.context(self.authority, chain=chain) if card else client_context(self.authority)
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "*/*", **(headers or {})})
            answer = connection.getresponse()
            return Shown(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def problem(self, card: Card | None, **options) -> str:
        """What a card is told that must be refused; `handshake` where it does not get as far as an answer."""
        try:
            shown = self.show(self.begin_card()["redirect"]["url"], card, **options)
        except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
            return "handshake"
        return "accepted" if shown.status == 200 else shown.problem

    def card_token(self, card: Card, scope: str = APPLY, **options) -> dict:
        """The token endpoint's answer after a login with a card that must be good."""
        begun = self.begin_card(scope)
        shown = self.show(begun["redirect"]["url"], card, **options)
        assert shown.status == 200, (shown.body, self.log[-2000:])
        return self.token(self.finished(self.challenge({"auth_session": begun["auth_session"]}), begun["pkce"]))

    # A person with a browser, without one.

    def open_browser(self, begun: dict) -> str:
        """Opens the page, presses its button, and returns the browser's cookie."""
        page = self.get(
            f"/login/cns?{urlencode({'relay_state': begun['relay_state']})}", headers={"Accept": CONFIRMED})
        assert page.status_code == 200, page.text
        cookie = page.headers["Set-Cookie"].split(";")[0]
        answer = self.form("/login/cns/begin", cookie, relay_state=hidden(page.text, "relay_state"),
                           csrf=hidden(page.text, "csrf"))
        assert answer.status_code == 303 and answer.headers["Location"] == begun["redirect"]["url"], answer.text
        return cookie

    def form(self, path: str, cookie: str, **fields: str):
        return self.http.post(
            f"{self.url}{path}", data=fields, timeout=30, allow_redirects=False,
            headers={"Cookie": cookie, "Accept": CONFIRMED, "User-Agent": BROWSER})


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]

