"""What a client and a service ask of a gateway over HTTP, and who asks."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import requests

PORTAL = "https://portale.demo.example"
REGISTRY = "https://anagrafe.demo.example"
READ = "consultazione:estratto-conto"
APPLY = "dispositivo:domanda-disoccupazione"
SERVICE_SCOPES = [
    READ, "consultazione:cedolino-pensione", "consultazione:domanda-disoccupazione", APPLY,
    "consultazione:cambio-residenza", "dispositivo:cambio-residenza", "consultazione:ricongiunzione",
    "dispositivo:ricongiunzione", "dispositivo:ricongiunzione.presentazione",
]
IDENTITY_HEADERS = [
    "X-Varco-" + name for name in (
        "Subject", "Scope", "Right", "Acr", "Amr", "Auth-Time", "Client", "Expires", "Fiscal-Number", "Actor")
]


# Fiscal codes (D.M. 23 December 1976): values of characters at odd places; at even ones it is the plain order.
_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
    22, 25, 24, 23]))


def fiscal_code(number: int, names: str = "RSSMRA", birth: str = "80A01") -> str:
    """A valid code; the number (0 to 999) becomes the place of birth."""
    body = f"{names}{birth}H{number:03d}"
    total = sum(
        _ODD[character] if place % 2 == 0 else int(character, 36) - (0 if character.isdigit() else 10)
        for place, character in enumerate(body))
    return body + chr(ord("A") + total % 26)


@dataclass
class Person:
    """A citizen of the registry, and the PIN as it is now."""

    code: str
    profile: str
    given_name: str = "Mario"
    family_name: str = "Rossi"
    pin: str = ""
    grade: str = ""


@dataclass
class ClientIdentity:
    """A registered client with its secret, or with a way to sign assertions."""

    id: str
    secret: str | None = None
    method: str = "client_secret_basic"
    assertion: object = None

    def authenticate(self, data: dict) -> tuple[dict, tuple[str, str] | None]:
        if self.method == "client_secret_basic":
            return data, (self.id, self.secret or "")
        if self.method == "client_secret_post":
            return {**data, "client_id": self.id, "client_secret": self.secret or ""}, None
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {**data, "client_assertion_type": kind, "client_assertion": self.assertion()}, None


@dataclass
class PKCE:
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")

    @property
    def parameters(self) -> dict:
        return {"code_challenge": self.challenge, "code_challenge_method": "S256"}


@dataclass
class Login:
    """A finished login: the code, the handle for a step-up, and the device cookie that came with it."""

    code: str
    auth_session: str
    pkce: PKCE
    device: str | None


class VarcoRequests:
    """The requests of an installation; where it is, and who its clients are, the installation says."""

    @property
    def http(self) -> requests.Session:
        """One connection pool a thread, which keeps no cookies: a test says itself which browser it is."""
        if not hasattr(self._threads, "session"):
            session = requests.Session()
            session.trust_env = False
            session.verify = self.authority if self.tls else True
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            self._threads.session = session
            with self._lock:
                self._sessions.append(session)
        return self._threads.session

    def get(self, path: str, **options) -> requests.Response:
        return self.http.get(f"{self.url}{path}", timeout=30, allow_redirects=False, **options)

    def post(
        self, path: str, data: dict, client: ClientIdentity | None = None, headers: dict | None = None
    ) -> requests.Response:
        """Posts a form as the client (the usual one unless given)."""
        form, auth = (client or self.app).authenticate(data)
        return self.http.post(
            f"{self.url}{path}", data=form, auth=auth, headers=headers, timeout=30, allow_redirects=False)

    def challenge(
        self, data: dict, client: ClientIdentity | None = None, device: str | None = None
    ) -> requests.Response:
        """One step at the authorization challenge endpoint, from a device with a cookie or from a stranger's."""
        headers = {"Cookie": f"__Host-varco-device={device}"} if device else None
        return self.post("/oauth2/authorize-challenge", data, client, headers)

    def attempt(
        self, person: Person | str, pin: str, scope: str = READ, authenticator: str = "pin-ordinario",
        device: str | None = None, client: ClientIdentity | None = None, **more: str,
    ) -> requests.Response:
        """A login in one request, however it ends."""
        code = person if isinstance(person, str) else person.code
        pkce = more.pop("pkce", None) or PKCE()
        return self.challenge({
            **pkce.parameters, "scope": scope, "authenticator": authenticator, "fiscal_code": code, "pin": pin, **more,
        }, client, device)

    def login(
        self, person: Person, scope: str = READ, authenticator: str | None = None, device: str | None = None,
        client: ClientIdentity | None = None, **more: str,
    ) -> Login:
        """A login that must succeed; with the module that the scope needs unless one is named."""
        module = authenticator or ("pin-dispositivo" if "dispositivo:" in scope else "pin-ordinario")
        pkce = PKCE()
        return self.finished(self.attempt(person, person.pin, scope, module, device, client, pkce=pkce, **more), pkce)

    def step_up(self, login: Login, person: Person, scope: str, **more: str) -> Login:
        pkce = PKCE()
        answer = self.challenge({
            **pkce.parameters, "auth_session": login.auth_session, "scope": scope, "pin": person.pin, **more})
        return self.finished(answer, pkce)

    def finished(self, answer: requests.Response, pkce: PKCE) -> Login:
        body = answer.json()
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}\n{self.log[-1500:]}"
        return Login(body["authorization_code"], body["auth_session"], pkce, device_cookie(answer))

    def redeem(self, login: Login, client: ClientIdentity | None = None, **more: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "code": login.code, "code_verifier": login.pkce.verifier}
        return self.post("/oauth2/token", {**form, **more}, client)

    def token(self, login: Login, client: ClientIdentity | None = None, **more: str) -> dict:
        """The token endpoint's answer to a login's code, which must be good."""
        answer = self.redeem(login, client, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def access_token(self, person: Person, scope: str = READ, **more: str) -> str:
        return self.token(self.login(person, scope, **more))["access_token"]

    def refresh(self, refresh_token: str, client: ClientIdentity | None = None, **more: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.post("/oauth2/token", {**form, **more}, client)

    def introspect(self, token: str, client: ClientIdentity | None = None) -> dict:
        answer = self.post("/oauth2/introspect", {"token": token}, client or self.portal)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def revoke(self, token: str, client: ClientIdentity | None = None) -> requests.Response:
        return self.post("/oauth2/revoke", {"token": token}, client)

    def forward_auth(
        self, token: str | None, scope: str = READ, host: str | None = None, headers: dict | None = None
    ) -> requests.Response:
        """What a proxy would ask; it names the protected host as a configured proxy does."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        sent["X-Forwarded-Host"] = host or "portale.demo.example"
        return self.get(f"/forward-auth?scope={scope}", headers=sent)

    def metric(self, start: str) -> float:
        """The sum of the samples whose line starts so."""
        text = self.http.get(f"{self.admin}/metrics", timeout=10).text
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(start))


def device_cookie(answer: requests.Response) -> str | None:
    for name, value in answer.raw.headers.items():
        if name.lower() == "set-cookie" and value.startswith("__Host-varco-device="):
            return value.split("=", 1)[1].split(";")[0]
    return None
