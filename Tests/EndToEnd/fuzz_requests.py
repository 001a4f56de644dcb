"""Random requests from a seed: valid ones that were mutated, and bytes that never were a request."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

PUBLIC = [
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/oauth2/jwks"),
    ("GET", "/openapi.yaml"),
    ("GET", "/forward-auth"),
    ("HEAD", "/forward-auth"),
    ("POST", "/oauth2/authorize-challenge"),
    ("POST", "/oauth2/token"),
    ("POST", "/oauth2/introspect"),
    ("POST", "/oauth2/revoke"),
    ("GET", "/cns"),
    ("GET", "/login"),
    ("GET", "/login/cns"),
    ("POST", "/login/cns/begin"),
    ("POST", "/login/cns/confirm"),
    ("GET", "/login/return"),
    ("GET", "/login/step"),
    ("POST", "/login/step/begin"),
    ("POST", "/login/step/confirm"),
    ("GET", "/provider/spid/login"),
    ("POST", "/provider/spid/login"),
    ("GET", "/assets/varco.css"),
]
ADMIN = [("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/modules")]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "M-SEARCH"]
NAMES = [
    "grant_type", "code", "code_verifier", "redirect_uri", "refresh_token", "scope", "resource", "token",
    "token_type_hint", "client_id", "client_secret", "client_assertion", "client_assertion_type", "auth_session",
    "authenticator", "response_type", "code_challenge", "code_challenge_method", "max_age", "acr_values", "new_pin",
    "audience", "subject_token", "nonce", "relay_state", "csrf", "answer", "browser", "link",
    "account", "user", "password", "choice", "handle",
]  # fmt: skip
VALUES = [
    "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
    "consultazione:estratto-conto", "dispositivo:domanda-disoccupazione", "dispositivo:x.y", "openid", "offline_access",
    "https://portale.demo.example", "S256", "plain", "code", "pin-ordinario", "pin-dispositivo", "totp", "0", "-1",
    "99999999999999999999", "c.", "s.", "c." + "A" * 43, "s." + "A" * 43, "A" * 43, "A" * 9000, "..", "../../etc/passwd",
    "{\"a\":", "[]", "null", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AAAA", "a.b.c.d.e", "....",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "%", "%zz", "\u0000", "\u202e", "\U0001f600", "' OR 1=1 --",
]  # fmt: skip
MEDIA = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "application/json",
    "multipart/form-data; boundary=x", "text/plain", "", ";;;", "application/x-www-form-urlencoded" * 40,
]  # fmt: skip


@dataclass(frozen=True)
class Sent:
    data: bytes
    is_head: bool
    #: Whether the server can find the end of the request and has to answer it.
    is_framed: bool


class Fuzzer:
    """Makes requests. The same seed and client make the same ones."""

    def __init__(self, seed: int, client: tuple[str, str], routes: list[tuple[str, str]]) -> None:
        self.random = random.Random(seed)
        self.client = client
        self.routes = routes

    def framed(self) -> Sent:
        """A request whose head any server can parse; what stands in it is anything."""
        method, path = self.random.choice(self.routes)
        if self.random.random() < 0.1:
            method = self.random.choice(METHODS)
        body = self._body() if method in ("POST", "PUT", "PATCH") or self.random.random() < 0.05 else None
        lines = [f"{method} {self._target(path)} HTTP/1.1".encode("latin-1"), b"Host: " + self._host()]
        lines += self._headers()
        if body is None:
            return Sent(b"\r\n".join(lines) + b"\r\n\r\n", method == "HEAD", True)
        lines.append(b"Content-Type: " + self.random.choice(MEDIA[:2] * 8 + MEDIA).encode())
        if self.random.random() < 0.1:
            lines.append(b"Transfer-Encoding: chunked")
            body = self._chunked(body)
        else:
            lines.append(b"Content-Length: %d" % len(body))
        return Sent(b"\r\n".join(lines) + b"\r\n\r\n" + body, method == "HEAD", True)

    def broken(self) -> Sent:
        """Bytes that need not be HTTP at all."""
        kind = self.random.randrange(8)
        whole = self.framed().data
        if kind == 0:
            data = self.random.randbytes(self.random.randrange(1, 600))
        elif kind == 1:
            data = whole[: self.random.randrange(1, len(whole))]
        elif kind == 2:
            data = self._flipped(whole)
        elif kind == 3:
            data = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * self.random.choice([100, 17_000, 40_000]) + b"\r\n\r\n"
        elif kind == 4:
            count = self.random.choice([5, 99, 101, 400])
            data = b"GET /oauth2/jwks HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(count)) + b"\r\n"
        elif kind == 5:
            data = whole.replace(b"Content-Length: ", b"Content-Length: " + self.random.choice([b"-", b"9" * 30, b"0x", b"1, 2, "]))
        elif kind == 6:
            data = whole.replace(b"\r\n", self.random.choice([b"\n", b"\r", b"\r\n ", b"\r\n\x00"]))
        else:
            data = whole.replace(b"HTTP/1.1", self.random.choice([b"HTTP/9.9", b"HTTP/1.0", b"HTTP/2.0", b"", b"\xff"]))
        return Sent(data, False, False)

    def _flipped(self, data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(self.random.randrange(1, 12)):
            changed[self.random.randrange(len(changed))] = self.random.randrange(256)
        return bytes(changed)

    def _host(self) -> bytes:
        return self.random.choice([b"localhost", b"portale.demo.example", b"x", b"[::1]:9", b"localhost:99999", b"a" * 300])

    def _target(self, path: str) -> str:
        draw = self.random.random()
        if draw < 0.03:
            path += self.random.choice(["/", "//", "/x", "%2f", "%00", "/../token", "%zz", ";a=b"])
        if draw < 0.6 and path != "/forward-auth":
            return path
        return f"{path}?{self._query()}"

    def _query(self) -> str:
        draw = self.random.random()
        if draw < 0.4:
            return f"scope={self.random.choice(['consultazione:estratto-conto', 'dispositivo:x', 'x', '%', ':', 'consultazione:'])}"
        if draw < 0.5:
            return "&".join(f"a{i}=b" for i in range(self.random.choice([99, 101, 300])))
        return self._pairs().replace(" ", "+").replace("\r", "").replace("\n", "")

    def _headers(self) -> list[bytes]:
        lines = []
        if self.random.random() < 0.6:
            lines.append(b"Authorization: " + self._authorization())
        if self.random.random() < 0.1:
            name = self.random.choice([b"device", b"login"])
            lines.append(b"Cookie: __Host-varco-" + name + b"=" + self.random.choice([b"A" * 43, b"", b"=", b";;;", b"\x80" * 30]))
        if self.random.random() < 0.1:
            lines.append(b"X-Forwarded-Host: " + self.random.choice([b"portale.demo.example", b",", b"\xff\xfe"]))
        if self.random.random() < 0.05:
            lines.append(b"X-Varco-Subject: admin")
        if self.random.random() < 0.1:
            lines += self._certificate()
        if self.random.random() < 0.3:
            lines.append(self.random.choice([b"Accept: text/html", b"Accept-Language: en", b"Sec-Fetch-Mode: navigate"]))
        if self.random.random() < 0.05:
            lines.append(b"Expect: 100-continue")
        return lines

    def _certificate(self) -> list[bytes]:
        """What a proxy might hand over, and what it never would."""
        noise = self.random.randbytes(self.random.randrange(0, 60))
        sequence = b":" + base64.b64encode(noise) + b":"
        pem = quote_from_bytes(b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(noise) + b"\n-----END CERTIFICATE-----\n")
        return [
            self.random.choice([
                b"Client-Cert: " + sequence, b"X-Client-Cert: " + pem.encode(), b"X-Client-Cert: " + noise.hex().encode(),
                b"Client-Cert: :", b"Client-Cert: " + b"(" * 500, b"X-Client-Cert: %00%ff%"]),
            self.random.choice([b"X-Client-Verify: SUCCESS", b"X-Client-Verify: NONE", b"X-Client-Verify: "]),
            self.random.choice([b"Client-Cert-Chain: " + sequence, b"Client-Cert-Chain: :A==:, 1;2", b"X-Nothing: 1"]),
        ]  # fmt: skip

    def _authorization(self) -> bytes:
        identifier, secret = self.client
        right = base64.b64encode(f"{identifier}:{secret}".encode())
        draw = self.random.random()
        if draw < 0.5:
            return b"Basic " + right
        noise = base64.b64encode(self.random.randbytes(self.random.randrange(0, 80)))
        return self.random.choice([
            b"Basic " + noise, b"Basic " + right[:-3], b"Basic", b"Basic  " + right, b"basic " + right, b"Bearer " + noise,
            b"Bearer a.b.c", b"Bearer eyJhbGciOiJub25lIn0.e30.", b"DPoP " + noise, b"\x01\x80\xff", b"Bearer " + b"A" * 8000,
            b"Basic " + base64.b64encode(b"app"), b"Basic " + base64.b64encode(b":"), b"Basic " + base64.b64encode(b"a%zz:b%"),
        ])  # fmt: skip

    def _pairs(self) -> str:
        parts = []
        for _ in range(self.random.randrange(0, 9)):
            name = self.random.choice(NAMES)
            draw = self.random.random()
            if draw < 0.7:
                value = quote_from_bytes(self.random.choice(VALUES).encode())
            elif draw < 0.85:
                value = quote_from_bytes(self.random.randbytes(self.random.randrange(0, 60)))
            else:
                value = self.random.choice(["%", "%4", "%GG", "%00", "%ff%fe", "+", "=", "a=b=c"])
            parts.append(f"{name}={value}")
        if parts and self.random.random() < 0.05:
            parts.append(parts[0])
        return "&".join(parts)

    def _body(self) -> bytes:
        draw = self.random.random()
        if draw < 0.75:
            return self._pairs().encode()
        if draw < 0.85:
            return self._flipped(self._pairs().encode() or b"x")
        if draw < 0.9:
            return b'{"grant_type":"client_credentials","a":[[[[[[' + self.random.randbytes(20)
        if draw < 0.91:
            return b"a=" + b"b" * self.random.choice([65_000, 65_537, 80_000])
        return self.random.randbytes(self.random.randrange(0, 400))

    def _chunked(self, body: bytes) -> bytes:
        data, position = b"", 0
        while position < len(body):
            size = self.random.randrange(1, 8000)
            piece = body[position : position + size]
            data += b"%x\r\n%s\r\n" % (len(piece), piece)
            position += size
        return data + b"0\r\n\r\n"
