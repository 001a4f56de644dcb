"""The failure table of modules in other processes: whatever one does, its own logins are refused and nothing else."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from answers import AWAY, DENIED, GENERIC, refused
from module_process import FLAKY, ModuleProcess
from remote_gateway import SESAME, ask, enter, instance, is_well, link, say, who
from varco_process import PKCE, READ, Varco, wait_until

ON_THE_WAY = [
    "hang", "crash", "huge", "endless-headers", "endless-chunks", "another-protocol", "half-json", "no-json",
    "wrong-call", "status-500"]
SAID = [
    "crash-in-resume", "claims-high", "claims-fiscal-code", "claims-other-namespace", "verified-in-begin",
    "too-much-state", "asks-client-secret", "asks-nothing", "redirects-anywhere", "secret-without-account"]
TABLE = [
    *((name, at, DENIED) for name in ON_THE_WAY for at in ("begin", "resume")),
    *((name, "begin", DENIED) for name in SAID),
    ("busy", "begin", AWAY), ("busy", "resume", AWAY)]
OTHERS = [
    ("good", "begin"), ("chunked", "begin"), ("old-http", "begin"), ("extra-answer", "begin"),
    ("extra-answer", "resume")]
# Two calls at once have a process of their own, so that nobody else's is swapped in.
SWAPPING = [("wrong-call", "begin", "swap-begin"), ("wrong-call", "resume", "swap-resume")]


def id_of(behaviour: str, at: str) -> str:
    return behaviour if at == "begin" else f"{behaviour}-late"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One gateway with an instance and a process for each behaviour."""
    wanted = [(name, at, id_of(name, at)) for name, at, *_ in [*TABLE, *OTHERS]] + SWAPPING
    with contextlib.ExitStack() as ending:
        lines = ""
        for behaviour, at, id in wanted:
            module = ModuleProcess(FLAKY, "--behaviour", behaviour, "--at", at)
            ending.callback(module.remove)
            lines += instance(id, module.start().socket)
        varco = Varco(tmp_path_factory.mktemp("hostile"), tls=False, instances=lines).prepare(citizens=80)
        ending.callback(varco.stop)
        varco.start()
        varco.pensioner = varco.person("ordinario")
        yield varco


@pytest.mark.parametrize("behaviour, at, error", TABLE)
def test_whatever_a_module_does_its_logins_are_refused_and_nothing_else(hostile, behaviour, at, error):
    id = id_of(behaviour, at)
    person = hostile.person()
    account = person.code if behaviour == "claims-fiscal-code" else f"{id}-account"
    if behaviour != "claims-fiscal-code":
        # So that the lie would be worth something.
        link(hostile, person, id, account)
        link(hostile, person, id, "anna")
    if behaviour == "claims-other-namespace":
        link(hostile, person, "good", f"pin-ordinario/{account}")
    answer = say(hostile, id, account, SESAME)
    if error == AWAY:
        refused(answer, AWAY, 503)
        assert int(answer.headers["Retry-After"]) >= 1
    else:
        assert refused(answer, DENIED) == GENERIC
    is_well(hostile, hostile.pensioner, account)


@pytest.mark.parametrize("at", ["begin", "resume"])
def test_two_answers_that_are_swapped_let_neither_in(hostile, at):
    id = f"swap-{at}"
    for name in ("anna", "bruno"):
        link(hostile, hostile.person(), id, name)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda name: say(hostile, id, name, SESAME), ("anna", "bruno")))
    assert [refused(answer, DENIED) for answer in answers] == [GENERIC, GENERIC]
    is_well(hostile, hostile.pensioner)


@pytest.mark.parametrize("at", ["begin", "resume"])
def test_an_answer_that_nobody_asked_for_makes_nobody_somebody_else(hostile, at):
    id = id_of("extra-answer", at)
    anna, mallory = hostile.person("ordinario"), hostile.person()
    link(hostile, anna, id, "anna")
    link(hostile, mallory, id, "mallory")
    expected = who(hostile, hostile.login(anna))
    entered = 0
    for _ in range(5):
        pkce = PKCE()
        answer = say(hostile, id, "anna", SESAME, pkce=pkce)
        if answer.status_code == 200:
            entered += 1
            assert who(hostile, hostile.finished(answer, pkce)) == expected
        else:
            assert refused(answer, DENIED) == GENERIC
    is_well(hostile, hostile.pensioner)


@pytest.mark.parametrize("behaviour", ["good", "chunked"])
def test_what_http_1_1_allows_is_taken(hostile, behaviour):
    link(hostile, hostile.person(), behaviour, f"{behaviour}-anna")
    token = hostile.token(enter(hostile, behaviour, f"{behaviour}-anna", SESAME))
    assert token["scope"] == READ


def test_http_1_0_is_taken_or_refused_and_nothing_else(hostile):
    link(hostile, hostile.person(), "old-http", "anna")
    answer = say(hostile, "old-http", "anna", SESAME)
    assert answer.status_code == 200 or refused(answer, DENIED) == GENERIC
    is_well(hostile, hostile.pensioner)


def test_an_answer_that_no_module_has_got_is_no_attempt(make_varco, make_module):
    module = make_module(FLAKY)
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket))
    link(varco, varco.person(), "sesame", "anna")
    question = ask(varco, "sesame")
    module.kill()
    answer = varco.challenge({"auth_session": question["auth_session"], "account": "anna", "watchword": SESAME})
    assert refused(answer, DENIED) == GENERIC
    module.start("--behaviour", "good")
    wait_until(lambda: say(varco, "sesame", "anna", SESAME).status_code == 200, 5, "nothing was locked", every=0.2)


@pytest.mark.parametrize("behaviour", ["status-500", "hang", "no-json", "half-json", "crash"])
def test_an_answer_that_a_module_may_have_judged_is_an_attempt(make_varco, make_module, behaviour):
    """Or whoever makes a wrong answer take too long could guess for nothing."""
    module = make_module(FLAKY, "--behaviour", behaviour, "--at", "resume")
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket))
    for name in ("anna", "bruno"):
        link(varco, varco.person(), "sesame", name)
    assert refused(say(varco, "sesame", "anna", "a guess"), DENIED) == GENERIC
    module.kill()
    module.start("--behaviour", "good")
    wait_until(lambda: say(varco, "sesame", "bruno", SESAME).status_code == 200, 5, "the module is back", every=0.2)
    assert refused(say(varco, "sesame", "anna", SESAME), DENIED) == GENERIC
