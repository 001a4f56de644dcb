"""OCSP for the demo PKI: the real `openssl ocsp`, behind a server that can answer in its place, with lies."""

from __future__ import annotations

import base64
import contextlib
import datetime
import enum
import subprocess
import urllib.parse
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from cns_pki import DemoPKI
from cns_servers import LoopbackServer
from varco_process import free_port, wait_until

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DAY = datetime.timedelta(days=1)


class OpensslOcsp:
    """`openssl ocsp` as the responder of one authority. (It listens on every interface: it has no option for less.)"""

    def __init__(self, pki: DemoPKI, authority: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder, self._authority = pki.folder, authority
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "OpensslOcsp":
        issuer, responder = self._folder / "cas" / self._authority, self._folder / "ocsp" / self._authority
        self._log = open(issuer / "ocsp.log", "wb")
        self._process = subprocess.Popen(
            ["openssl", "ocsp", "-port", str(self.port), "-index", issuer / "index.txt", "-CA", issuer / "cert.pem",
             "-rsigner", responder / "cert.pem", "-rkey", responder / "key.pem", "-nmin", "10", "-ignore_err"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        wait_until(self._listens, 10, "openssl ocsp listens", every=0.01)
        return self

    def _listens(self) -> bool:
        log = (self._folder / "cas" / self._authority / "ocsp.log").read_text(errors="replace")
        assert self._process.poll() is None, log
        return "waiting for OCSP client connections" in log

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def ask(self, request: bytes) -> bytes:
        """The response, DER, to a request, DER."""
        asked = urllib.request.Request(self.url, request, {"Content-Type": "application/ocsp-request"})
        with DIRECT.open(asked, timeout=10) as response:
            return response.read()


class Lie(enum.Enum):
    """What a responder may answer instead of the truth."""

    GOOD = "good, whatever the index says"
    REVOKED = "revoked, whatever the index says"
    UNKNOWN = "unknown"
    TRY_LATER = "tryLater, without a signature"
    UNAUTHORIZED = "unauthorized, without a signature"
    OTHER_SERIAL = "good, for the serial number after this one"
    OTHER_ISSUER = "good, with another authority's hashes"
    STALE = "good until yesterday"
    FROM_THE_FUTURE = "good from tomorrow"
    WITHOUT_NONCE = "good, without the nonce"
    WRONG_NONCE = "good, with another nonce"
    SIGNED_BY_A_CARD = "good, signed by a card of the same authority, which is no responder"
    SIGNED_BY_ANOTHER_AUTHORITY = "good, signed by the responder of another authority"
    BAD_SIGNATURE = "good, with a bit of the signature turned"


class OcspServer(LoopbackServer):
    """Answers where the cards of this PKI say, at `/ca1` and `/ca2`, by POST and by GET (RFC 6960 appendix A.1). Unless
    told to lie, the real responder answers. What `behave` and `count` call a name is an authority's."""

    def __init__(self, pki: DemoPKI):
        super().__init__(pki.ocsp_port, "application/ocsp-response")
        self._pki = pki
        self._lies: dict[str, Lie] = {}
        self._real = {name: OpensslOcsp(pki, name) for name in ("ca1", "ca2")}
        self._running = contextlib.ExitStack()

    def lie(self, authority: str, what: Lie | None) -> None:
        """From now on, the authority's responder lies so; without a lie it tells the truth again."""
        self._lies[authority] = what

    def __enter__(self):
        for responder in self._real.values():
            self._running.enter_context(responder)
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        self._running.close()

    def answer(self, name: str, path: str, body: bytes) -> bytes | None:
        if name not in self._real:
            return None
        der = body or base64.b64decode(urllib.parse.unquote(path.lstrip("/").partition("/")[2]))
        try:
            request = ocsp.load_der_ocsp_request(der)
        except ValueError:
            # `openssl ocsp` would end.
            return ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.MALFORMED_REQUEST).public_bytes(serialization.Encoding.DER)
        lie = self._lies.get(name)
        return self._real[name].ask(der) if lie is None else lying_response(self._pki, name, request, lie)


def lying_response(pki: DemoPKI, authority: str, request: ocsp.OCSPRequest, lie: Lie) -> bytes:
    """A response, DER, to the request: the responder of this authority with this lie."""
    errors = {Lie.TRY_LATER: ocsp.OCSPResponseStatus.TRY_LATER, Lie.UNAUTHORIZED: ocsp.OCSPResponseStatus.UNAUTHORIZED}
    if lie in errors:
        return ocsp.OCSPResponseBuilder.build_unsuccessful(errors[lie]).public_bytes(serialization.Encoding.DER)
    builder = _single_response(request, lie)
    nonce = next((one.value for one in request.extensions if isinstance(one.value, x509.OCSPNonce)), None)
    if lie is Lie.WRONG_NONCE:
        nonce = x509.OCSPNonce(b"\x5a" * 16)
    if nonce is not None and lie is not Lie.WITHOUT_NONCE:
        builder = builder.add_extension(nonce, critical=False)
    other = "ca2" if authority == "ca1" else "ca1"
    signers = {
        Lie.SIGNED_BY_A_CARD: pki["good" if authority == "ca1" else "good-ca2"].folder,
        Lie.SIGNED_BY_ANOTHER_AUTHORITY: pki.folder / "ocsp" / other}
    folder = signers.get(lie, pki.folder / "ocsp" / authority)
    signer = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer).certificates([signer])
    response = builder.sign(key, hashes.SHA256())
    der = response.public_bytes(serialization.Encoding.DER)
    if lie is Lie.BAD_SIGNATURE:
        place = der.index(response.signature) + 100
        der = der[:place] + bytes([der[place] ^ 1]) + der[place + 1:]
    return der


def _single_response(request: ocsp.OCSPRequest, lie: Lie) -> ocsp.OCSPResponseBuilder:
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    statuses = {Lie.REVOKED: ocsp.OCSPCertStatus.REVOKED, Lie.UNKNOWN: ocsp.OCSPCertStatus.UNKNOWN}
    starts = {Lie.STALE: now - 3 * DAY, Lie.FROM_THE_FUTURE: now + DAY}
    revoked, key_hash = lie is Lie.REVOKED, request.issuer_key_hash
    return ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=request.issuer_name_hash,
        issuer_key_hash=key_hash[::-1] if lie is Lie.OTHER_ISSUER else key_hash,
        serial_number=request.serial_number + (lie is Lie.OTHER_SERIAL),
        algorithm=request.hash_algorithm,
        cert_status=statuses.get(lie, ocsp.OCSPCertStatus.GOOD),
        this_update=starts.get(lie, now - datetime.timedelta(minutes=1)),
        next_update=starts.get(lie, now) + (DAY if lie is not Lie.STALE else 2 * DAY),
        revocation_time=now - DAY if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
