"""Modules in other processes, after docs/remote-modules.md: real processes on real sockets, good and hostile ones."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from answers import GENERIC, prompt, refused
from module_process import FLAKY, ModuleProcess
from varco_process import APPLY, PKCE, READ, ROOT, Login, Person, Varco, wait_until

PAGE = (ROOT / "docs" / "remote-modules.md").read_text()
ANNAS, BRUNOS = "a lantern in the fog", "seven red herons"
SESAME = "open sesame"
FISCAL_CODE = re.compile(r"\b[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]\b")


def block(language: str, after: str) -> str:
    """The first block of the page in that language below a heading."""
    return re.search(rf"```{language}\n(.*?)```", PAGE[PAGE.index(f"## {after}\n"):], re.DOTALL).group(1)


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


@pytest.fixture
def make_module():
    """Starts modules; all of them end with the test."""
    with contextlib.ExitStack() as ending:

        def make(script=FLAKY, *arguments: str, user: str | None = None, start: bool = True) -> ModuleProcess:
            module = ModuleProcess(script, *arguments, user=user)
            ending.callback(module.remove)
            return module.start() if start else module

        yield make


# The newcomer.


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The module of the page and the lines of the page, as somebody would take them over."""
    script = tmp_path_factory.mktemp("page") / "watchword.py"
    script.write_text(block("python", "A module in one page"))
    module = ModuleProcess(script).start()
    first, *lines = block("yaml", "Into the gateway").splitlines()
    assert first == "authenticators:" and len(lines) == 4
    lines[3] = re.sub(r"\{socket: [^,}]+, owner: [^,}]+\}", f"{{socket: {module.socket}}}", lines[3])
    assert module.socket in lines[3], "the same user needs no owner"
    varco = Varco(tmp_path_factory.mktemp("newcomer"), tls=False, instances="\n".join(lines) + "\n")
    varco.prepare(citizens=30)
    varco.module = module
    try:
        yield varco.start()
    finally:
        varco.stop()
        module.remove()


@pytest.fixture
def linked(page):
    """Anna and Bruno of the page as citizens whom no other test has; they are nobody afterwards."""
    people = {name: page.person() for name in ("anna", "bruno")}
    for name, person in people.items():
        link(page, person, "watchword", name)
    yield people
    for name, person in people.items():
        page.run("link", "remove", person.code, "--instance", "watchword", "--subject", name)


def test_somebody_logs_in_through_the_module_of_the_page_and_gets_what_was_asked_for(page, linked):
    login = enter(page, "watchword", "anna", ANNAS)
    token = page.token(login)
    assert token["scope"] == READ
    assert page.introspect(token["access_token"])["active"] is True
    assert page.forward_auth(token["access_token"]).status_code == 200


def test_the_module_of_the_page_asks_for_account_and_watchword_in_one_prompt(page):
    question = ask(page, "watchword")
    assert question["authenticator"] == "watchword"
    assert {field["name"]: field["type"] for field in question["fields"]} == {
        "account": "account", "watchword": "secret"}


def test_a_scope_to_dispose_is_refused_through_a_module_for_consultation(page, linked):
    answer = say(page, "watchword", "anna", ANNAS, APPLY)
    assert answer.status_code == 400 and "authorization_code" not in answer.json(), answer.text


def test_a_name_without_a_link_is_refused_like_a_wrong_watchword(page):
    assert refused(say(page, "watchword", "anna", ANNAS), "access_denied") == GENERIC
    assert refused(say(page, "watchword", "nobody", "x"), "access_denied") == GENERIC


def test_a_module_that_is_killed_in_mid_login_costs_that_login_and_nothing_else(page, linked):
    pensioner = page.person("ordinario")
    token = page.access_token(pensioner)
    question = ask(page, "watchword")
    page.module.kill()
    try:
        answer = page.challenge({"auth_session": question["auth_session"], "account": "anna", "watchword": ANNAS})
        assert refused(answer, "access_denied") == GENERIC
        assert refused(say(page, "watchword", "anna", ANNAS), "access_denied") == GENERIC
        assert page.forward_auth(token).status_code == 200
        is_well(page, pensioner)
    finally:
        page.module.start()
    wait_until(
        lambda: say(page, "watchword", "anna", ANNAS).status_code == 200, 30, "the module is asked again", every=0.5)
    is_well(page, pensioner)


# Attempts.


def test_wrong_watchwords_lock_the_account_and_no_other(page, linked):
    assert refused(say(page, "watchword", "anna", "a lantern"), "access_denied") == GENERIC
    # The first failure locks for three minutes, and the right watchword looks like a wrong one.
    assert refused(say(page, "watchword", "anna", ANNAS), "access_denied") == GENERIC
    assert refused(say(page, "watchword", " ANNA ", ANNAS), "access_denied") == GENERIC, "however it is written"
    assert say(page, "watchword", "bruno", BRUNOS).status_code == 200
    is_well(page, page.person("ordinario"))


def test_a_name_that_nobody_has_locks_as_well(page):
    answers = [say(page, "watchword", "zoe", f"guess {number}") for number in range(3)]
    assert {refused(answer, "access_denied") for answer in answers} == {GENERIC}


# Who is it?


def test_a_citizen_links_themselves_from_a_session(make_varco, make_module):
    module = make_module()
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket))
    person = varco.person("ordinario")
    session = varco.login(person)
    refused(say(varco, "sesame", "anna", SESAME, link="true"), "invalid_request")
    linking = enter(varco, "sesame", "anna", SESAME, link="true", auth_session=session.auth_session)
    assert who(varco, linking) == who(varco, varco.login(person))
    assert "anna" in varco.run("link", "list", person.code).stdout
    assert who(varco, enter(varco, "sesame", "anna", SESAME)) == who(varco, varco.login(person))
    # Somebody else cannot take the name over.
    other = varco.login(varco.person("ordinario"))
    answer = say(varco, "sesame", "anna", SESAME, link="true", auth_session=other.auth_session)
    assert answer.status_code == 400 and "authorization_code" not in answer.json()


def test_a_session_too_weak_for_the_instances_ceiling_links_nobody(make_varco, make_module):
    module = make_module()
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket, ceiling="dispositive"))
    weak, strong = varco.person("ordinario"), varco.person("dispositivo")
    session = varco.login(weak)
    answer = say(varco, "sesame", "anna", SESAME, link="true", auth_session=session.auth_session)
    assert refused(answer, "access_denied") == GENERIC
    assert "anna" not in varco.run("link", "list", weak.code).stdout
    session = varco.login(strong, APPLY)
    enter(varco, "sesame", "bruno", SESAME, link="true", auth_session=session.auth_session)
    assert "bruno" in varco.run("link", "list", strong.code).stdout


# The failure table.

DENIED, AWAY = "access_denied", "temporarily_unavailable"
ON_THE_WAY = ["hang", "crash", "huge", "endless-headers", "half-json", "no-json", "wrong-call", "status-500"]
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
    start = time.monotonic()
    answer = say(hostile, id, account, SESAME)
    assert time.monotonic() - start < 4, "the deadline is a second"
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


def test_a_fault_is_no_attempt(make_varco, make_module):
    module = make_module(FLAKY, "--behaviour", "status-500", "--at", "resume")
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket))
    link(varco, varco.person(), "sesame", "anna")
    assert refused(say(varco, "sesame", "anna", SESAME), DENIED) == GENERIC
    module.kill()
    module.start("--behaviour", "good")
    wait_until(lambda: say(varco, "sesame", "anna", SESAME).status_code == 200, 5, "nothing was locked", every=0.2)


# The circuit.


def circuit(varco: Varco, id: str) -> float:
    return varco.metric(f'varco_module_circuit_open{{instance="{id}"}}')


def test_the_circuit_opens_after_so_many_faults_and_closes_with_a_good_process(make_varco, make_module):
    module = make_module(FLAKY, "--behaviour", "status-500")
    varco: Varco = make_varco(
        tls=False, instances=instance("sesame", module.socket, circuit_faults=3, circuit_pause="5s"))
    pensioner = varco.person("ordinario")
    link(varco, varco.person(), "sesame", "anna")
    for _ in range(2):
        assert refused(say(varco, "sesame", "anna", SESAME), DENIED) == GENERIC
    assert circuit(varco, "sesame") == 0
    assert refused(say(varco, "sesame", "anna", SESAME), DENIED) == GENERIC
    assert circuit(varco, "sesame") == 1
    module.kill()
    line = next(line for line in varco.run("module", "list").stdout.splitlines() if line.startswith("sesame "))
    assert "open" in line, line
    # It is nobody's turn yet, though a good process is there.
    module.start("--behaviour", "good")
    start = time.monotonic()
    assert refused(say(varco, "sesame", "anna", SESAME), DENIED) == GENERIC
    assert time.monotonic() - start < 0.5, "refused at once"
    is_well(varco, pensioner)
    wait_until(lambda: say(varco, "sesame", "anna", SESAME).status_code == 200, 20, "the circuit closes", every=0.5)
    assert circuit(varco, "sesame") == 0
    line = next(line for line in varco.run("module", "list").stdout.splitlines() if line.startswith("sesame "))
    assert "open" not in line, line


# Starting.


def test_another_protocol_refuses_the_start_and_names_both_numbers(make_varco, make_module):
    module = make_module(FLAKY, "--behaviour", "wrong-protocol")
    varco: Varco = make_varco(start=False, tls=False, instances=instance("future", module.socket))
    said = []
    for command in ("serve", "check"):
        done = varco.run(command, check=False)
        assert done.returncode == 2, done.stderr
        line = next(line for line in done.stderr.splitlines() if "future" in line and "protocol" in line)
        assert re.search(r"\b2\b", line) and re.search(r"\b1\b", line), line
        said.append(line[line.index("future"):])
    assert said[0] == said[1]


@pytest.mark.parametrize("reason", ["nobody is there", "hello takes too long"])
def test_a_module_that_is_away_is_a_warning_and_no_reason_not_to_start(make_varco, make_module, reason):
    is_slow = reason == "hello takes too long"
    module = make_module(FLAKY, "--behaviour", "slow-hello", start=is_slow)
    varco: Varco = make_varco(start=False, tls=False, instances=instance("lost", module.socket))
    done = varco.run("check", check=False)
    assert done.returncode == 0 and "lost" in done.stdout + done.stderr, done.stderr
    varco.start()
    assert any(" warning " in line and "lost" in line for line in varco.log.splitlines()), varco.log
    assert refused(say(varco, "lost", "anna", SESAME), DENIED) == GENERIC
    is_well(varco, varco.person("ordinario"))
    # It is taken in as soon as it is there.
    module.kill()
    module.start("--behaviour", "good")
    link(varco, varco.person(), "lost", "anna")
    wait_until(lambda: say(varco, "lost", "anna", SESAME).status_code == 200, 20, "the module is taken in", every=0.5)


# Whose socket it is.

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")


@as_root
@pytest.mark.parametrize("whose", ["socket and process", "process"])
def test_a_module_of_another_user_is_refused(make_varco, make_module, whose):
    module = make_module(FLAKY, user="nobody")
    if whose == "process":
        os.chown(module.socket, 0, 0)
    varco: Varco = make_varco(start=False, tls=False, instances=instance("foreign", module.socket))
    checked = varco.run("check", check=False)
    said = next(line for line in (checked.stdout + checked.stderr).splitlines() if "foreign" in line)
    assert str(pwd.getpwnam("nobody").pw_uid) in said or "nobody" in said, said
    varco.start()
    link(varco, varco.person(), "foreign", "anna")
    assert refused(say(varco, "foreign", "anna", SESAME), DENIED) == GENERIC
    is_well(varco, varco.person("ordinario"))


@as_root
def test_a_module_of_the_user_that_the_setting_names_is_taken(make_varco, make_module):
    module = make_module(FLAKY, user="nobody")
    varco: Varco = make_varco(tls=False, instances=instance("foreign", module.socket, owner="nobody"))
    link(varco, varco.person(), "foreign", "anna")
    assert say(varco, "foreign", "anna", SESAME).status_code == 200


@as_root
def test_a_module_of_our_own_is_refused_where_the_setting_names_another(make_varco, make_module):
    module = make_module(FLAKY)
    varco: Varco = make_varco(tls=False, instances=instance("foreign", module.socket, owner="nobody"))
    link(varco, varco.person(), "foreign", "anna")
    assert refused(say(varco, "foreign", "anna", SESAME), DENIED) == GENERIC
