"""What the tests of modules in other processes ask of a gateway, and what must be true of it whatever a module does."""

from __future__ import annotations

import re

from answers import prompt
from varco_process import PKCE, READ, Login, Person, Varco

ANNAS, BRUNOS = "a lantern in the fog", "seven red herons"
SESAME = "open sesame"
FISCAL_CODE = re.compile(r"\b[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]\b")


def instance(id: str, socket: str, *, ceiling: str = "consultation", **settings: object) -> str:
    """The lines of a remote instance; the tests' modules answer within a second or never."""
    pairs = {"socket": socket, "deadline": "1s", "circuit_faults": 100, **settings}
    joined = ", ".join(f"{name}: {value}" for name, value in pairs.items())
    return f"  - id: {id}\n    type: remote\n    ceiling: {ceiling}\n    settings: {{{joined}}}\n"


def link(varco: Varco, person: Person, id: str, subject: str) -> None:
    varco.run("link", "add", person.code, "--instance", id, "--subject", subject)


def say(varco: Varco, id: str, account: str, watchword: str, scope: str = READ, pkce: PKCE | None = None, **more: str):
    """A login through a module in one request, however it ends."""
    return varco.challenge({
        **(pkce or PKCE()).parameters, "scope": scope, "authenticator": id, "account": account, "watchword": watchword,
        **more})


def enter(varco: Varco, id: str, account: str, watchword: str, **more: str) -> Login:
    """The same, and it must succeed."""
    pkce = PKCE()
    return varco.finished(say(varco, id, account, watchword, pkce=pkce, **more), pkce)


def ask(varco: Varco, id: str) -> dict:
    return prompt(varco.challenge({**PKCE().parameters, "scope": READ, "authenticator": id}))


def who(varco: Varco, login: Login) -> str:
    """The name that a resource has for whoever logged in."""
    return varco.introspect(varco.token(login)["access_token"])["sub"]


def is_well(varco: Varco, pensioner: Person, *secrets: str) -> None:
    """What no module may change: other logins, readiness, and a log that tells the operator and nobody else."""
    assert varco.attempt(pensioner, pensioner.pin).status_code == 200
    assert varco.http.get(f"{varco.admin}/readyz", timeout=10).status_code == 200
    assert varco.process.poll() is None
    log = varco.log
    for word in ("Fatal error", "Traceback", "Crash", SESAME, ANNAS, pensioner.pin, *secrets):
        assert word not in log, word
    assert not FISCAL_CODE.search(log)
