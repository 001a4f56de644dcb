"""100,000 random requests against every route: no crash, nothing of the 500s but overload, every answer HTTP."""

from __future__ import annotations

import json
import os
import random
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from fuzz_requests import ADMIN, PUBLIC
from fuzz_run import Tally, run
from spid_identities import Identity
from varco_process import READ, Varco

SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
FRAMED, BROKEN, LOGINS, PROCESSES = 84_000, 16_000, 500, 2


def test_no_random_request_breaks_the_gateway_or_gets_a_500(make_varco, tmp_path):
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"identities": [Identity("nobody", 3).entry()]}))
    stub = f"  - {{id: spid, type: spid-stub, settings: {{identities: {people}}}}}\n"
    varco: Varco = make_varco(tls=False, instances=stub)
    person = varco.person("ordinario")
    pid = varco.process.pid
    print(f"FUZZ_SEED={SEED}")

    tally = attack(varco)

    print(f"{sum(tally.statuses.values())} answers: {sorted(tally.statuses.items())}; {tally.silent} closed unanswered")
    assert not tally.failures, "\n".join(tally.failures[:10])
    assert sum(tally.statuses.values()) + tally.silent >= FRAMED + BROKEN
    assert varco.process.pid == pid and varco.process.poll() is None
    assert "unexpected" not in varco.log and "Fatal" not in varco.log
    assert varco.access_token(person)
    assert varco.run("audit", "verify").returncode == 0


def test_random_logins_are_refused_and_never_break_anything(make_varco):
    varco: Varco = make_varco(tls=False)
    person = varco.person("ordinario")
    draw = random.Random(SEED)
    for number in range(LOGINS):
        code = draw.choice([person.code.lower(), "RSSMRA80A01H501U", draw.randbytes(8).hex(), "\u0130" * 16, " ", "A" * 3000])
        pin = draw.choice([draw.randbytes(4).hex(), draw.randbytes(6).decode("latin-1"), "0" * 5000, "\u202e", "-" * 64])
        authenticator = draw.choice(["pin-ordinario", "pin-dispositivo", "totp", "nobody"])
        answer = varco.attempt(code, pin, authenticator=authenticator)
        assert answer.status_code == 400, (SEED, number, answer.text)
        assert answer.json()["error"] in ("access_denied", "invalid_request", "insufficient_authorization")
    other = varco.person("ordinario")
    assert varco.access_token(other, READ)


def test_every_route_of_the_gateway_is_attacked(make_varco):
    """The list of routes above is the one that the gateway's own description has."""
    varco: Varco = make_varco(tls=False)
    described = described_routes(varco.get("/openapi.yaml").text)
    if not described:
        pytest.skip("the description is not written yet")
    assert described - {"/openapi.yaml", "/cns"} <= {path for _, path in PUBLIC + ADMIN}


def described_routes(text: str) -> set[str]:
    return set(re.findall(r"^  (/[^\s:]*):", text, re.MULTILINE))


def attack(varco: Varco) -> Tally:
    whole = Tally()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        runs = [
            pool.submit(
                run, varco.port, varco.admin_port, (varco.app.id, varco.app.secret), SEED + number, FRAMED // PROCESSES,
                BROKEN // PROCESSES)
            for number in range(PROCESSES)
        ]
        for done in runs:
            whole.add(done.result())
    return whole
