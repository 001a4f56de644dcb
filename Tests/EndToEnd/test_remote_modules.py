"""Modules in other processes, after docs/remote-modules.md: the newcomer, attempts, and who somebody is."""

from __future__ import annotations

import re
import sqlite3

import pytest

from answers import GENERIC, refused
from module_process import ModuleProcess
from remote_gateway import ANNAS, BRUNOS, SESAME, ask, enter, instance, is_well, link, say, who
from varco_process import APPLY, READ, ROOT, Varco, wait_until

PAGE = (ROOT / "docs" / "remote-modules.md").read_text()


def block(language: str, after: str) -> str:
    """The first block of the page in that language below a heading."""
    return re.search(rf"```{language}\n(.*?)```", PAGE[PAGE.index(f"## {after}\n"):], re.DOTALL).group(1)


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


def counted(varco: Varco) -> dict[str, int]:
    """Failures by account; from outside a lock looks like a wrong guess."""
    with sqlite3.connect(f"file:{varco.folder}/varco.sqlite?mode=ro", uri=True) as store:
        return dict(store.execute(
            "SELECT subject, failures FROM attempts WHERE subject LIKE 'watchword:account:%'"))


def test_a_name_that_nobody_has_locks_as_well(page):
    before = counted(page)
    answers = [say(page, "watchword", "zoe", f"guess {number}") for number in range(3)]
    assert {refused(answer, "access_denied") for answer in answers} == {GENERIC}
    after = counted(page)
    new = after.keys() - before.keys()
    # The first guess locked, and the others did not count.
    assert [after[subject] for subject in new] == [1]
    assert not any("zoe" in subject for subject in new)


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


def test_a_revoked_pin_reminds_the_operator_of_links(make_varco, make_module):
    module = make_module()
    varco: Varco = make_varco(tls=False, instances=instance("sesame", module.socket))
    linked, other = varco.person("ordinario"), varco.person("ordinario")
    link(varco, linked, "sesame", "anna")
    assert "stay: 1" in varco.run("pin", "revoke", linked.code).stdout
    assert "link" not in varco.run("pin", "revoke", other.code).stdout
