"""`kill -9` fifty times under load: what was acknowledged is found afterwards, and the audit log is whole."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter

from kill_ledger import Ledger, Standing, Token
from kill_load import Gate, Worker
from varco_process import PKCE, READ, Varco

KILLS = int(os.environ.get("KILLS", "50"))
CITIZENS, WORKERS, SEED = 24, 4, 20260102
SHORTEST, LONGEST = 0.25, 1.9


def test_nothing_acknowledged_is_lost_when_the_gateway_is_killed_fifty_times(make_varco, tmp_path):
    varco: Varco = make_varco(tls=False, citizens=CITIZENS * 2)
    ledger, gate, draw = Ledger(tmp_path / "ledger.jsonl"), Gate(WORKERS), random.Random(SEED)
    people = [varco.person() for _ in range(CITIZENS)]
    workers = [Worker(varco, ledger, gate, people[number::WORKERS], SEED + number) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    checks = Checks(varco, ledger, draw)
    try:
        for number in range(1, KILLS + 1):
            time.sleep(draw.uniform(SHORTEST, LONGEST))  # When it dies is the point.
            gate.close()
            varco.kill()
            gate.wait()
            assert_no_surprise(workers)
            varco.start()
            checks.after_kill(number)
            gate.open()
    finally:
        gate.end()
    checks.at_the_end()
    print(f"acknowledged {ledger.counts}, checked {dict(checks.done)}")
    assert all(ledger.counts.get(what, 0) >= KILLS for what in ("token", "pin-issued")), ledger.counts
    assert all(checks.done[what] for what in ("token", "token-revoked", "pin-new", "pin-old", "pin-revoked")), checks.done


def assert_no_surprise(workers: list[Worker]) -> None:
    surprises = [surprise for worker in workers for surprise in worker.surprises]
    assert not surprises, "\n".join(surprises)


class Checks:
    """Asks the restarted gateway for everything that the ledger says it has promised."""

    def __init__(self, varco: Varco, ledger: Ledger, draw: random.Random) -> None:
        self.varco, self.ledger, self.draw = varco, ledger, draw
        self.done: Counter[str] = Counter()

    def after_kill(self, number: int) -> None:
        """The newest tokens and revocations of every citizen; every fifth time the whole audit log too."""
        standings = self.ledger.standings()
        sure = [code for code, one in standings.items() if one.pin and one.device and not one.is_unsure]
        for code in self.draw.sample(sure, min(2, len(sure))):
            self.changed_pin(code, standings[code])
        for code, one in standings.items():
            if one.is_revoked and not one.is_unsure:
                self.is_refused(code, one.dead[-1])
                self.done["pin-revoked"] += 1
            if not one.is_unsure:
                for token in one.tokens[-3:]:
                    self.token(token)
            for token in one.ended_tokens[-1:]:
                self.is_inactive(token.access)
        if number % 5 == 0:
            self.audit()

    def at_the_end(self) -> None:
        standings = self.ledger.standings()
        for code, one in standings.items():
            for token in one.tokens if not one.is_unsure else []:
                self.token(token)
                self.refresh(token)
            for token in one.ended_tokens:
                self.is_inactive(token.access)
            if not one.is_unsure:
                self.pin(code, one)
        self.audit()
        self.records()

    def token(self, token: Token) -> None:
        """An acknowledged token works, a revoked one does not, wherever it is shown."""
        if token.is_unsure:
            return
        if token.access_revoked or token.family_revoked:
            self.is_inactive(token.access)
            assert self.varco.forward_auth(token.access).status_code == 401
            self.done["token-revoked"] += 1
            return
        assert self.varco.introspect(token.access)["active"] is True, token.citizen
        self.done["token"] += 1

    def refresh(self, token: Token) -> None:
        if token.is_unsure:
            return
        answer = self.varco.refresh(token.refresh)
        if token.family_revoked:
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
            assert self.varco.revoke(token.refresh).status_code == 200
        elif not token.access_revoked:
            assert answer.status_code == 200, answer.text

    def is_inactive(self, access: str) -> None:
        assert self.varco.introspect(access) == {"active": False}

    def pin(self, code: str, one: Standing) -> None:
        if one.pin:
            self.right_pin(code, one)
        if one.is_revoked:
            again = self.varco.run("pin", "revoke", code, check=False)
            assert again.returncode == 1, again.stderr
        for dead in one.dead[-2:]:
            self.is_refused(code, dead)
            self.done["pin-old"] += 1

    def changed_pin(self, code: str, one: Standing) -> None:
        """The new PIN logs in from its owner's browser; the old one does not, and locks only the strangers' bucket."""
        answer = self.varco.attempt(code, one.pin, device=one.device)
        assert answer.status_code == 200, (code, answer.text)
        self.is_refused(code, one.dead[-1])
        self.done["pin-new"] += 1

    def is_refused(self, code: str, pin: str) -> None:
        answer = self.varco.attempt(code, pin)
        assert (answer.status_code, answer.json()["error"]) == (400, "access_denied"), answer.text

    def right_pin(self, code: str, one: Standing) -> None:
        """The acknowledged PIN logs in: as a stranger's browser unless an attempt died there, then as the known one."""
        locked = {lock["bucket"] for lock in json.loads(self.varco.run("pin", "status", code, "--json").stdout)["locks"]}
        device = one.device if "shared" in locked else None
        if "shared" in locked and device is None:
            self.done["pin-parked"] += 1
            return
        answer = self.varco.attempt(code, one.pin, device=device, pkce=PKCE(), scope=READ)
        if one.is_issued_form:
            assert answer.json()["prompt"]["id"] == "pin-change", answer.text
        else:
            assert answer.status_code == 200, answer.text
            self.done["pin-new"] += 1

    def audit(self) -> None:
        verdict = self.varco.run("audit", "verify", check=False)
        assert verdict.returncode == 0, verdict.stderr
        assert "0 checkpoints" not in verdict.stdout
        self.done["audit"] += 1

    def records(self) -> None:
        """Whatever was acknowledged has its record."""
        kinds = Counter(json.loads(line)["kind"] for line in self.varco.run("audit", "export").stdout.splitlines())
        for what, kind in [
            ("token", "token-issued"), ("token-revoked", "token-revoked"), ("pin-issued", "pin-issued"),
            ("pin-changed", "pin-changed"), ("pin-revoked", "pin-revoked"),
        ]:  # fmt: skip
            assert kinds[kind] >= self.ledger.counts.get(what, 0), (kind, kinds, self.ledger.counts)
