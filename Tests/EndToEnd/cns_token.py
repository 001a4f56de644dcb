"""A real token: SoftHSM2 with a card of the demo PKI on it, used through the pkcs11 engine of OpenSSL.

Debian packages: softhsm2, opensc, libengine-pkcs11-openssl.
"""

from __future__ import annotations

import os
import pathlib
import ssl
import subprocess

from cns_pki import Card

MODULE = "/usr/lib/softhsm/libsofthsm2.so"


class CardToken:
    """A token with one card. Its key can be used there and cannot be read."""

    pin = "12345"

    def __init__(self, folder: pathlib.Path, card: Card):
        self.folder, self.card = pathlib.Path(folder), card
        (self.folder / "tokens").mkdir(parents=True)
        configuration = self.folder / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {self.folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.environment = {**os.environ, "SOFTHSM2_CONF": str(configuration), "PKCS11_MODULE_PATH": MODULE}
        self._fill()

    def _fill(self) -> None:
        certificate = self.folder / "card.der"
        certificate.write_bytes(ssl.PEM_cert_to_DER_cert(self.card.certificate.read_text()))
        pin, name = ["--pin", self.pin], ["--label", "card", "--id", "01"]
        self.run("softhsm2-util", "--init-token", "--free", "--label", "demo", "--so-pin", "87654321", *pin)
        self.run("softhsm2-util", "--import", self.card.key, "--token", "demo", *name, *pin)
        self.run("pkcs11-tool", "--module", MODULE, "--login", *pin, "--type", "cert", *name,
                 "--write-object", certificate)

    def address(self, kind: str, pin: str | None = None) -> str:
        """The address (RFC 7512) of the `private` key or the `cert`."""
        return f"pkcs11:token=demo;object=card;type={kind};pin-value={pin or self.pin}"

    def curl(self, *arguments: str, certificate: pathlib.Path | None = None, pin: str | None = None):
        """Runs curl with the card. The certificate is read from the token, too (alone, then), unless it is given."""
        shown = ["--cert", certificate] if certificate else ["--cert-type", "ENG", "--cert", self.address("cert", pin)]
        return self.run(
            "curl", "--silent", "--show-error", "--engine", "pkcs11", "--key-type", "ENG", "--key",
            self.address("private", pin), *shown, *arguments, check=False)

    def s_client(self, port: int, authority: str | pathlib.Path, request: bytes, *arguments: str):
        """Sends a request with `openssl s_client`: the key from the token, the certificates from files."""
        return self.run(
            "openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-CAfile", authority,
            "-verify_return_error", "-quiet", "-ign_eof", "-engine", "pkcs11", "-keyform", "engine", "-key",
            self.address("private"), "-cert", self.card.certificate, "-cert_chain", self.card.issuer, *arguments,
            input=request, check=False)

    def run(self, *command, check: bool = True, input: bytes = b"") -> subprocess.CompletedProcess:
        done = subprocess.run(
            [str(part) for part in command], env=self.environment, input=input, capture_output=True, timeout=30,
            check=False)
        assert not check or done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
        return done
