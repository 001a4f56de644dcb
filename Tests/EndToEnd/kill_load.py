"""The load under which the gateway is killed: logins, PIN changes, revocations, each by threads of their own citizens."""

from __future__ import annotations

import json
import random
import threading
from http.client import HTTPException

import requests

from kill_ledger import Ledger, Standing, replay
from varco_process import PKCE, READ, Person, Varco, device_cookie

LOST = (requests.RequestException, HTTPException, OSError)


class Gate:
    """Closed while the gateway is being looked at: the load stops between two acts."""

    def __init__(self, workers: int) -> None:
        self._change = threading.Condition()
        self._workers, self._waiting, self._is_open, self._is_over = workers, 0, True, False

    def pass_through(self) -> bool:
        """Waits while closed; False once it is all over."""
        with self._change:
            self._waiting += 1
            self._change.notify_all()
            self._change.wait_for(lambda: self._is_open or self._is_over)
            self._waiting -= 1
            return not self._is_over

    def close(self) -> None:
        """From now on no act begins; those under way go on."""
        with self._change:
            self._is_open = False

    def wait(self) -> None:
        """Returns when every worker waits."""
        with self._change:
            done = self._change.wait_for(lambda: self._waiting == self._workers, timeout=60)
        assert done, "the load does not stop"

    def open(self) -> None:
        with self._change:
            self._is_open = True
            self._change.notify_all()

    def end(self) -> None:
        with self._change:
            self._is_over = True
            self._change.notify_all()


class Worker(threading.Thread):
    """One thread and the citizens that only it touches, so that it knows what must be true of them."""

    def __init__(self, varco: Varco, ledger: Ledger, gate: Gate, people: list[Person], seed: int) -> None:
        super().__init__(daemon=True)
        self.varco, self.ledger, self.gate, self.people = varco, ledger, gate, people
        self.random = random.Random(seed)
        self.standing = {one.code: Standing() for one in people}
        self.surprises: list[str] = []

    def run(self) -> None:
        while self.gate.pass_through():
            person = self.random.choice(self.people)
            try:
                self.act(person, self.standing[person.code])
            except Exception as error:  # A surprise must reach the test, whatever it is.
                self.surprises.append(f"{type(error).__name__}: {error}")
                return

    def act(self, person: Person, one: Standing) -> None:
        if one.is_revoked and not one.is_unsure and self.random.random() < 0.98:
            return self.knock(person, one)
        if one.pin is None or one.is_unsure:
            return self.issue(person)
        if one.is_issued_form:
            return self.change(person, one)
        draw = self.random.random()
        if draw < 0.55 or not one.tokens:
            self.log_in(person, one)
        elif draw < 0.85:
            self.revoke_token(person, one)
        elif draw < 0.93:
            self.revoke_pin(person)
        else:
            self.issue(person)

    def note(self, what: str, person: Person, **facts: object) -> None:
        """Into the ledger first, then into our own picture of it."""
        lost = what.startswith("lost-")
        (self.ledger.lost if lost else self.ledger.acknowledged)(what.removeprefix("lost-"), person.code, **facts)
        replay({"what": what, "citizen": person.code, **facts}, self.standing[person.code])

    def issue(self, person: Person) -> None:
        done = self.varco.run("pin", "issue", person.code, "--grade", "ordinario", "--json", check=False)
        if done.returncode:
            return self.note("lost-pin-issue", person)
        self.note("pin-issued", person, pin=json.loads(done.stdout)["pin"])

    def revoke_pin(self, person: Person) -> None:
        done = self.varco.run("pin", "revoke", person.code, check=False)
        self.note("lost-pin-revoke" if done.returncode else "pin-revoked", person)

    def knock(self, person: Person, one: Standing) -> None:
        """A revoked PIN, tried again while others work."""
        try:
            answer = self.varco.attempt(person, one.dead[-1])
        except LOST:
            return
        assert self.is_away(answer) or answer.json()["error"] == "access_denied", answer.text

    def change(self, person: Person, one: Standing) -> None:
        pkce, old = PKCE(), one.pin
        try:
            asked = self.varco.attempt(person, old, pkce=pkce)
            if self.is_away(asked):
                return self.note("lost-pin-change", person)
            prompt = asked.json()["prompt"]
            assert prompt["id"] == "pin-change", asked.text
            done = self.varco.challenge({"auth_session": asked.json()["auth_session"], "new_pin": prompt["proposal"]})
            if self.is_away(done):
                return self.note("lost-pin-change", person)
        except LOST:
            return self.note("lost-pin-change", person)
        assert done.status_code == 200, done.text
        self.note("pin-changed", person, old=old, pin=prompt["proposal"], device=device_cookie(done))

    def log_in(self, person: Person, one: Standing) -> None:
        pkce = PKCE()
        try:
            answer = self.varco.attempt(person, one.pin, device=one.device, pkce=pkce, scope=f"{READ} offline_access")
            if self.is_away(answer):
                return self.note("lost-pin-change", person)
            login = self.varco.finished(answer, pkce)
            reply = self.varco.redeem(login)
            if self.is_away(reply):
                return self.note("lost-login", person)
        except LOST:
            # The attempt was taken and nobody cleared it: locked for three minutes, so this PIN is given up.
            return self.note("lost-pin-change", person)
        assert reply.status_code == 200, reply.text
        self.note("token", person, access=reply.json()["access_token"], refresh=reply.json()["refresh_token"])

    def revoke_token(self, person: Person, one: Standing) -> None:
        """Each token once: only the first revocation is an act with a record."""
        fresh = [token for token in one.tokens if not (token.access_revoked or token.family_revoked or token.is_unsure)]
        if not fresh:
            return self.log_in(person, one)
        token = self.random.choice(fresh)
        family = self.random.random() < 0.5
        try:
            done = self.varco.revoke(token.refresh if family else token.access)
            if self.is_away(done):
                return self.note("lost-token-revoked", person, access=token.access)
        except LOST:
            return self.note("lost-token-revoked", person, access=token.access)
        assert done.status_code == 200, done.text
        self.note("token-revoked", person, access=token.access, family=family)

    @staticmethod
    def is_away(answer: requests.Response) -> bool:
        """503 promises nothing either way; anything else must be what it should be."""
        return answer.status_code == 503
