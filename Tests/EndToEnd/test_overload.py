"""Overload and a store that is away: 503 and nothing lost (safety sentence 9), decisions go on, nobody is locked out."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from store_away import everything_blocked, writes_blocked
from varco_process import APPLY, PORTAL, READ, Varco

HOST = PORTAL.removeprefix("https://")


def decide(varco: Varco, token: str, scope: str = READ) -> requests.Response:
    return varco.get(f"/forward-auth?scope={scope}", headers={"Authorization": f"Bearer {token}", "Host": HOST})


def timed(call, *arguments, **options) -> tuple[float, requests.Response]:
    start = time.monotonic()
    answer = call(*arguments, **options)
    return time.monotonic() - start, answer


def failures(varco: Varco, code: str) -> list[dict]:
    return json.loads(varco.run("pin", "status", code, "--json").stdout)["locks"]


# A full queue.


def test_a_full_queue_says_503_with_retry_after_and_counts_nothing(make_varco):
    varco: Varco = make_varco(tls=False, citizens=30, extra="hashing:\n  queue: 1\n  threads: 1\n  memory_kib: 40000\n")
    people = [varco.person("ordinario") for _ in range(8)]
    records = len(varco.run("audit", "export").stdout.splitlines())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: varco.attempt(one, one.pin), people))
    away = [answer for answer in answers if answer.status_code == 503]
    assert away and len(away) < len(answers)
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in away:
        assert answer.json()["error"] == "temporarily_unavailable"
        assert int(answer.headers["retry-after"]) >= 1
    for one, answer in zip(people, answers, strict=True):
        if answer.status_code == 503:
            assert failures(varco, one.code) == []
            assert varco.attempt(one, one.pin).status_code == 200
    lines = [json.loads(line) for line in varco.run("audit", "export").stdout.splitlines()[records:]]
    assert {line["kind"] for line in lines} == {"login"}


def test_a_wrong_pin_that_found_no_place_was_not_counted(make_varco):
    varco: Varco = make_varco(tls=False, citizens=30, extra="hashing:\n  queue: 1\n  threads: 1\n  memory_kib: 40000\n")
    people = [varco.person("ordinario") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: varco.attempt(one, "AAAA1111"), people))
    assert {answer.status_code for answer in answers} == {400, 503}
    for one, answer in zip(people, answers, strict=True):
        assert len(failures(varco, one.code)) == (answer.status_code == 400)


def test_decisions_go_on_while_logins_are_turned_away(make_varco):
    varco: Varco = make_varco(tls=False, citizens=30, extra="hashing:\n  queue: 1\n  threads: 1\n  memory_kib: 40000\n")
    people = [varco.person("ordinario") for _ in range(8)]
    token = varco.access_token(people[0])
    with ThreadPoolExecutor(8) as pool:
        logins = [pool.submit(varco.attempt, one, one.pin) for one in people for _ in range(3)]
        while not all(login.done() for login in logins):
            assert decide(varco, token).status_code == 200


# The store cannot be written.


def test_while_nobody_can_write_reading_goes_on_and_logins_say_503(make_varco):
    varco: Varco = make_varco(tls=False)
    person = varco.person("ordinario")
    token = varco.access_token(person)
    with writes_blocked(varco.folder / "varco.sqlite"):
        assert decide(varco, token).status_code == 200
        assert varco.introspect(token)["active"] is True
        for answer in (varco.attempt(person, person.pin), varco.revoke(token)):
            assert answer.status_code == 503
            assert answer.json()["error"] == "temporarily_unavailable" and answer.headers["retry-after"]
    assert varco.introspect(token)["active"] is True, "the revocation was not acknowledged"
    assert failures(varco, person.code) == []
    assert varco.access_token(person)
    assert varco.run("audit", "verify").returncode == 0


def test_while_nobody_can_write_nobody_waits_longer_than_ten_seconds(make_varco):
    varco: Varco = make_varco(tls=False)
    people = [varco.person("ordinario") for _ in range(4)]
    with writes_blocked(varco.folder / "varco.sqlite"), ThreadPoolExecutor(4) as pool:
        logins = list(pool.map(lambda one: timed(varco.attempt, one, one.pin), people))
    assert {answer.status_code for _, answer in logins} == {503}
    assert max(seconds for seconds, _ in logins) < 10, [round(seconds, 1) for seconds, _ in logins]


# The store cannot be reached at all.


def test_while_the_store_is_away_cached_consultation_goes_on_and_the_rest_says_503(make_varco):
    varco: Varco = make_varco(tls=False)
    person = varco.person("dispositivo")
    token = varco.access_token(person, READ)
    assert decide(varco, token).status_code == 200
    with everything_blocked(varco.folder / "varco.sqlite"), ThreadPoolExecutor(5) as pool:
        calls = {
            "login": pool.submit(varco.attempt, person, person.pin),
            "introspection": pool.submit(varco.post, "/oauth2/introspect", {"token": token}, varco.portal),
            "uncached": pool.submit(decide, varco, token, "consultazione:cambio-residenza"),
            "ready": pool.submit(requests.get, f"{varco.admin}/readyz", timeout=30),
        }
        assert decide(varco, token).status_code == 200
        statuses = {name: call.result().status_code for name, call in calls.items()}
        assert statuses == dict.fromkeys(calls, 503), statuses
        # By now the cached decision is older than 5 s: the store would be asked, and is away.
        assert decide(varco, token).status_code == 200
        assert requests.get(f"{varco.admin}/healthz", timeout=5).status_code == 200
    assert varco.login(person)
    assert requests.get(f"{varco.admin}/readyz", timeout=10).status_code == 200
    assert varco.run("audit", "verify").returncode == 0


def test_readyz_answers_within_its_deadline_while_the_store_is_away(make_varco):
    varco: Varco = make_varco(tls=False)
    with everything_blocked(varco.folder / "varco.sqlite"):
        seconds, answer = timed(requests.get, f"{varco.admin}/readyz", timeout=30)
    assert answer.status_code == 503 and seconds < 3, seconds


def test_cached_decisions_are_quick_while_the_store_is_away(make_varco):
    varco: Varco = make_varco(tls=False)
    token = varco.access_token(varco.person("ordinario"))
    assert decide(varco, token).status_code == 200
    with everything_blocked(varco.folder / "varco.sqlite"):
        end, slowest = time.monotonic() + 7, 0.0
        while time.monotonic() < end:
            seconds, answer = timed(decide, varco, token)
            assert answer.status_code == 200
            slowest = max(slowest, seconds)
    assert slowest < 3, slowest
