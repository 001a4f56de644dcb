"""The demo PKI of certs/make-demo-pki.sh: made once for all the tests of a run, its cards by name."""

from __future__ import annotations

import csv
import json
import pathlib
import shutil
import ssl
import subprocess
from dataclasses import dataclass

import pytest

from varco_process import ROOT, free_port

SCRIPTS = ROOT / "certs"
ISSUING = ("ca1", "ca2", "ca3")


@dataclass(frozen=True)
class Card:
    """A card as the manifest has it, with the files of its folder."""

    name: str
    authority: str
    verdict: str
    reason: str
    what: str
    fiscal_code: str
    given_name: str
    family_name: str
    serial: str
    folder: pathlib.Path

    @property
    def certificate(self) -> pathlib.Path:
        return self.folder / "cert.pem"

    @property
    def key(self) -> pathlib.Path:
        return self.folder / "key.pem"

    @property
    def chain(self) -> pathlib.Path:
        """The certificate with that of its authority behind it, as a client sends them."""
        return self.folder / "chain.pem"

    @property
    def issuer(self) -> pathlib.Path:
        return self.folder.parent.parent / "cas" / self.authority / "cert.pem"

    @property
    def p12(self) -> pathlib.Path:
        """Certificate, key and chain for a browser; the password is `DemoPKI.p12_password`."""
        return self.folder / f"{self.name}.p12"

    def curl(self, *, chain: bool = True) -> list[str]:
        """curl's options to show this card."""
        return ["--cert", str(self.chain if chain else self.certificate), "--key", str(self.key)]

    def context(self, authority: str | pathlib.Path, *, chain: bool = True) -> ssl.SSLContext:
        """A client that shows this card to a server of the given authority. Weak keys are the server's concern."""
        context = client_context(authority)
        context.load_cert_chain(self.chain if chain else self.certificate, self.key)
        return context


def client_context(authority: str | pathlib.Path) -> ssl.SSLContext:
    """A client without a card."""
    context = ssl.create_default_context(cafile=str(authority))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


class DemoPKI:
    """A folder that the script has filled; certs/README.md says what lies where."""

    def __init__(self, folder: pathlib.Path):
        self.folder = pathlib.Path(folder)
        manifest = json.loads((self.folder / "manifest.json").read_text())
        self.crl_base, self.ocsp_base = manifest["crl_base"], manifest["ocsp_base"]
        self.p12_password = manifest["p12_password"]
        self.cards = {
            one["name"]: Card(**one, folder=self.folder / "cards" / one["name"]) for one in manifest["cards"]}

    @classmethod
    def make(
        cls, folder: pathlib.Path, *, codes: tuple[str, ...] = (), only: tuple[str, ...] = (), days: int = 30
    ) -> "DemoPKI":
        """Runs the script. Its URLs are on two loopback ports that are free now. `codes` are for the cards, alone
        or as CODE:GIVEN:FAMILY."""
        options = ["--days", str(days)]
        for option in ("--crl-base", "--ocsp-base"):
            options += [option, f"http://127.0.0.1:{free_port()}"]
        for option, values in (("--cf", codes), ("--only", only)):
            if values:
                options += [option, ",".join(values)]
        script("make-demo-pki.sh", str(folder), *options)
        return cls(folder)

    def __getitem__(self, name: str) -> Card:
        return self.cards[name]

    @property
    def anchor(self) -> pathlib.Path:
        return self.folder / "anchors" / "root.pem"

    @property
    def trust(self) -> pathlib.Path:
        return self.folder / "trust.pem"

    @property
    def crl_port(self) -> int:
        return int(self.crl_base.rpartition(":")[2])

    @property
    def ocsp_port(self) -> int:
        return int(self.ocsp_base.rpartition(":")[2])

    def authority(self, name: str) -> pathlib.Path:
        """The certificate of `root`, `ca1`, `ca2`, `ca3` (silent about revocation), `foreign-root` or `foreign`."""
        return self.folder / "cas" / name / "cert.pem"

    def crl(self, name: str) -> pathlib.Path:
        """The CRL, DER, of `root`, `ca1` or `ca2`."""
        return self.folder / "crls" / f"{name}.crl"

    def crls_in_pem(self) -> list[pathlib.Path]:
        return [self.folder / "cas" / path.stem / "crl.pem" for path in sorted((self.folder / "crls").glob("*.crl"))]

    def copy(self, folder: pathlib.Path) -> "DemoPKI":
        """A copy, with the same URLs, for a test that changes something: revokes, issues a CRL."""
        shutil.copytree(self.folder, folder)
        return DemoPKI(folder)

    def revoke(self, name: str, reason: str = "keyCompromise") -> None:
        """Revokes a card and issues its authority's next CRL."""
        script("make-demo-pki.sh", "revoke", str(self.folder), name, reason)

    def renew_crls(self, days: int = 7) -> None:
        script("make-demo-pki.sh", "crl", str(self.folder), str(days))

    def make_tsl(self, *, sequence: int = 1, days: int = 30) -> pathlib.Path:
        """Signs a trusted list; its signer is `tsl/signer.pem` beside it."""
        script("make-demo-tsl.sh", str(self.folder), "--sequence", str(sequence), "--days", str(days))
        return self.folder / "tsl" / "TSL-IT.xml"

    def write_citizens(self, table: pathlib.Path, profile: str = "worker-private") -> None:
        """A table for `varco citizen import` with everybody who has a card with a fiscal code that is one."""
        people = {
            card.fiscal_code: (card.fiscal_code, card.given_name, card.family_name, profile)
            for card in self.cards.values() if card.reason not in ("fiscal-code", "common-name")}
        with open(table, "w", newline="") as file:
            csv.writer(file).writerows([("fiscal_code", "given_name", "family_name", "profiles"), *people.values()])


def script(name: str, *arguments: str) -> None:
    done = subprocess.run(
        [SCRIPTS / name, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        check=False)
    assert done.returncode == 0, f"{name} {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def demo_pki(tmp_path_factory) -> DemoPKI:
    """The one that all share, and nobody changes. Each file that imports the fixture gets the same folder."""
    folder = tmp_path_factory.getbasetemp() / "cns-pki"
    return DemoPKI(folder) if (folder / "manifest.json").exists() else DemoPKI.make(folder)


@pytest.fixture
def demo_pki_copy(demo_pki, tmp_path) -> DemoPKI:
    """One that the test may change. Its URLs are those of the shared one."""
    return demo_pki.copy(tmp_path / "cns-pki")
