"""Test identities of the SPID stub, and the codes that their applications show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import pathlib
import secrets
import struct
import time
from dataclasses import dataclass, field

import pytest

from varco_process import Varco, fiscal_code

#: Class references of the levels (specification section 4.1).
LEVELS = {level: f"https://www.spid.gov.it/SpidL{level}" for level in (1, 2, 3)}


@dataclass
class Identity:
    """Somebody whom the stub knows; `code` is the citizen's, empty for whoever has none of ours."""

    user: str
    level: int
    code: str = ""
    answers: int | None = None
    error: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    key: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    _last: int = -1

    def entry(self) -> dict:
        sent = {"spidCode": "AGID-001", "name": "Mario", "familyName": "Rossi", "dateOfBirth": "1980-01-01"}
        if self.code:
            sent["fiscalNumber"] = f"TINIT-{self.code}"
        made = {"user": self.user, "password": self.password, "level": self.level,
                "attributes": {**sent, **self.attributes}}
        if self.level > 1:
            made["totp"] = base64.b32encode(self.key).decode()
        return {**made, **{name: value for name, value in (("answers", self.answers), ("error", self.error)) if value}}

    def one_time_code(self) -> str:
        """A code that this person has not used: the present one, then the next, which is good already."""
        now = int(time.time()) // 30
        step = max(now, self._last + 1)
        assert step <= now + 1, f"{self.user} has used two codes within half a minute: take another identity"
        self._last = step
        return totp(self.key, step)

    @property
    def secrets(self) -> list[str]:
        """What may stand in no log, address or error."""
        return [self.password, base64.b32encode(self.key).decode(), *([self.code] if self.code else [])]


def totp(key: bytes, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits, written from the RFC and not shared with the program."""
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    return str((struct.unpack(">I", digest[place:place + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


class SPIDGateway(Varco):
    """An installation with two stubs, `spid` and `altro`, which know the same people, and the PINs beside them.

    `SPIDGateway(folder).prepare()`, then `enrol(…)` for everybody, then `start()`.
    """

    @property
    def identities(self) -> pathlib.Path:
        return self.folder / "identities.json"

    def __init__(self, folder, **options):
        super().__init__(folder, **options)
        self.people: dict[str, Identity] = {}
        lines = "".join(
            f"  - id: {id}\n    type: spid-stub\n    settings:\n      identities: {self.identities}\n"
            for id in ("spid", "altro"))
        self.instances = lines + self.instances

    def prepare(self, citizens: int = 30) -> "SPIDGateway":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write([Identity("nobody", 1, "")])
        super().prepare(citizens)
        return self

    def write(self, people: list[Identity]) -> None:
        self.identities.write_text(json.dumps({"identities": [one.entry() for one in people]}))

    def enrol(self, *people: Identity, citizens: bool = True) -> None:
        """Gives each a citizen of their own, unless they have a code or need none, and writes the stub's file."""
        for one in people:
            if citizens and not one.code and "fiscalNumber" not in one.attributes:
                one.code = self.person().code
            self.people[one.user] = one
        self.write(list(self.people.values()))

    def __getitem__(self, user: str) -> Identity:
        return self.people[user]

    def take(self, level: int) -> Identity:
        """Somebody of that level whom no other test uses."""
        found = next(one for one in self.people.values() if one.level == level and one.user.startswith("pool-"))
        return self.people.pop(found.user)


ERRORS = ["nr19", "nr20", "nr21", "nr22", "nr23", "nr25", "nr30"]

#: What a provider may say instead of an Italian fiscal code; the last one is right but for its check character.
FOREIGN = ["TINDE-0123456789", "TINFR-1234567890123", "TINGB-AB123456C"]
MALFORMED = ["TINIT-", "RSSMRA80A01H501U", "tinit-RSSMRA80A01H501U", "VATIT-RSSMRA80A01H501U", "TINIT-RSSMRA80A01H501A"]


def everybody() -> list[Identity]:
    """One of each kind that the tests need by name, and a pool of ordinary ones."""
    odd = {"spidCode": "x", "dateOfBirth": "yesterday", "mobilePhone": "+39 333", "placeOfBirth": "Roma",
           "companyFiscalNumber": "RSSMRA80A01H501U", "gender": "?"}
    pool = [Identity(f"pool-{level}-{number}", level) for level, most in ((1, 60), (2, 12), (3, 12))
            for number in range(most)]
    return [
        *pool, *(Identity(f"error-{one}", 1, error=one) for one in ERRORS),
        *(Identity(f"foreign-{number}", 1, attributes={"fiscalNumber": one}) for number, one in enumerate(FOREIGN)),
        *(Identity(f"malformed-{number}", 1, attributes={"fiscalNumber": one}) for number, one in enumerate(MALFORMED)),
        Identity("low", 3, answers=1), Identity("high", 3, answers=2), Identity("odd", 1, attributes=odd),
        Identity("stranger", 1, attributes={"fiscalNumber": f"TINIT-{fiscal_code(999, 'BNCNNA', '70A41')}"}),
    ]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    installation = SPIDGateway(tmp_path_factory.mktemp("spid")).prepare(citizens=160)
    installation.enrol(*everybody())
    try:
        yield installation.start()
    finally:
        installation.stop()
