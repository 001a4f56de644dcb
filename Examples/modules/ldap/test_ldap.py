"""The module with a real slapd behind it and a real gateway before it."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import threading

import pytest

from ldap_directory import ANNAS, BASE, SECRETS, STAR, STARS, Module, Slapd, is_fault, is_proven
from answers import GENERIC, prompt, refused
from remote_gateway import instance, is_well, link, who
from varco_process import APPLY, PKCE, READ, Varco, binary, make_authority, wait_until


@pytest.fixture(scope="module")
def slapd():
    directory = Slapd()
    try:
        yield directory.start()
    finally:
        directory.remove()


@pytest.fixture
def make_module():
    made = []

    def make(url: str, start: bool = True, **changes: object) -> Module:
        made.append(Module(url, **changes))
        return made[-1].start() if start else made[-1]

    yield make
    for module in made:
        module.remove()


@pytest.fixture(scope="module")
def module(slapd):
    served = Module(slapd.tls, ca_file=str(slapd.folder / "ca.pem"))
    try:
        yield served.start()
    finally:
        served.remove()


@pytest.fixture(scope="module")
def varco(module, tmp_path_factory):
    """A gateway whose instance `ldap` is the module."""
    lines = instance("ldap", module.socket, deadline="3s", amr="[pwd]")
    gateway = Varco(tmp_path_factory.mktemp("ldap"), tls=False, instances=lines).prepare(citizens=40)
    try:
        yield gateway.start()
    finally:
        gateway.stop()


def say(varco: Varco, user: str, password: str, scope: str = READ, pkce: PKCE | None = None):
    """A login through the module in one request, however it ends."""
    return varco.challenge({
        **(pkce or PKCE()).parameters, "scope": scope, "authenticator": "ldap", "account": user, "password": password})


def linked(varco: Varco, slapd: Slapd, user: str | None = None):
    """Somebody of the directory, and the citizen that they are."""
    user, citizen = user or slapd.person(), varco.person("ordinario")
    link(varco, citizen, "ldap", slapd.uuid(user))
    return user, citizen


def counted(varco: Varco) -> int:
    """Failures that count against accounts of the module."""
    with sqlite3.connect(f"file:{varco.folder}/varco.sqlite?mode=ro", uri=True) as store:
        row = store.execute("SELECT coalesce(sum(failures), 0) FROM attempts WHERE subject LIKE 'ldap:%'").fetchone()
    return row[0]


# With the gateway.


@pytest.mark.parametrize("name, password", [("anna", ANNAS), (STAR, STARS)])
def test_whoever_the_directory_proves_gets_a_token_as_the_citizen_of_the_link(varco, slapd, name, password):
    _, citizen = linked(varco, slapd, name)
    pkce = PKCE()
    login = varco.finished(say(varco, name, password, pkce=pkce), pkce)
    token = varco.token(login)["access_token"]
    facts = varco.introspect(token)
    assert facts["active"] is True and facts["scope"] == READ and facts["amr"] == ["pwd"]
    assert facts["sub"] == who(varco, varco.login(citizen))
    assert varco.forward_auth(token).status_code == 200


def test_it_asks_for_name_and_password_in_one_prompt(varco):
    question = prompt(varco.challenge({**PKCE().parameters, "scope": READ, "authenticator": "ldap"}))
    assert {field["name"]: field["type"] for field in question["fields"]} == {
        "account": "account", "password": "secret"}


def test_a_wrong_password_an_unknown_name_and_a_filter_are_refused_alike_and_count(varco, slapd):
    user, _ = linked(varco, slapd)
    for name, password in [
        (user, "wrong"), ("zoe", ANNAS), ("*", ANNAS), ("a)(uid=*", ANNAS), (f"{user})(|(uid=*", ANNAS),
        (f"uid={user},ou=people,{BASE}", ANNAS)]:
        before = counted(varco)
        assert refused(say(varco, name, password), "access_denied") == GENERIC
        assert counted(varco) == before + 1, name
    # And the lock of the first is a lock of the right password as well.
    assert refused(say(varco, user.upper(), ANNAS), "access_denied") == GENERIC


def test_somebody_whom_no_link_names_is_refused_like_a_wrong_password(varco, slapd):
    assert refused(say(varco, slapd.person(), ANNAS), "access_denied") == GENERIC


def test_an_empty_password_is_asked_again_counts_nothing_and_reaches_no_directory(varco, slapd):
    user, _ = linked(varco, slapd)
    before = counted(varco)
    answers = []
    assert slapd.binds(lambda: answers.append(say(varco, user, ""))) == []
    again = prompt(answers[0])
    assert len(again["fields"]) == 2 and counted(varco) == before
    answer = varco.challenge({"auth_session": again["auth_session"], "account": user, "password": ANNAS})
    assert answer.status_code == 200, answer.text


def test_an_operation_that_disposes_is_beyond_the_module(varco, slapd):
    user, _ = linked(varco, slapd)
    answer = say(varco, user, ANNAS, APPLY)
    assert answer.status_code == 400 and "authorization_code" not in answer.json(), answer.text
    assert say(varco, user, ANNAS).status_code == 200


def test_a_directory_that_goes_in_mid_login_costs_that_login_and_nothing_else(varco, slapd, module):
    (user, _), (other, _) = linked(varco, slapd), linked(varco, slapd)
    question = prompt(varco.challenge({**PKCE().parameters, "scope": READ, "authenticator": "ldap"}))
    slapd.kill()
    try:
        answer = varco.challenge({"auth_session": question["auth_session"], "account": user, "password": ANNAS})
        assert refused(answer, "access_denied") == GENERIC
        is_well(varco, varco.person("ordinario"), *SECRETS)
    finally:
        slapd.start()
    # The module finds the directory by itself.
    assert say(varco, other, ANNAS).status_code == 200
    assert "the directory: " in module.log


def test_neither_log_tells_who_logs_in_or_with_what(varco, slapd, module):
    name = slapd.person()
    say(varco, name, ANNAS)
    say(varco, "zoe-of-the-log", "a watchword for the log")
    for log in (varco.log, module.log):
        for word in (name, "zoe-of-the-log", "a watchword for the log", *SECRETS, slapd.uuid(name)):
            assert word not in log, word


# The module alone.


def test_the_process_keeps_every_rule_that_the_gateway_relies_on(slapd, module, tmp_path):
    script = tmp_path / "script.json"
    script.write_text(json.dumps({
        "expected": {"local": slapd.uuid("anna")}, "right": [{"account": "anna", "password": ANNAS}],
        "wrong": [
            {"name": name, "answers": [{"account": account, "password": password}]}
            for name, account, password in [
                ("a wrong password", "anna", "wrong"), ("an unknown name", "zoe", ANNAS),
                ("another's password", "anna", STARS), ("a filter", "anna)(uid=*", ANNAS)]]}))
    done = subprocess.run(
        [binary(), "module", "check", module.socket, "--script", script, "--json"], capture_output=True, text=True,
        timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["module"]["name"] == "ldap"
    unchecked = {rule["name"] for rule in report["rules"] if rule["verdict"] == "unchecked"}
    assert unchecked == {"second-factor-needs-subject", "used-steps-stay-used"}


@pytest.mark.parametrize("name, last", [
    ("anna", f"uid=anna,ou=people,{BASE}"), ("zoe", f"cn=nobody,{BASE}"), ("*", f"cn=nobody,{BASE}")])
def test_a_name_that_nobody_has_costs_a_bind_as_well(slapd, module, name, last):
    assert slapd.binds(lambda: module.login(name, "wrong")) == [f"cn=search,{BASE}", last]


def test_many_at_once_each_get_their_own_answer(slapd, module):
    anna, star = slapd.uuid("anna"), slapd.uuid(STAR)
    logins = [("anna", ANNAS, anna), (STAR, STARS, star), ("anna", STARS, None), (STAR, ANNAS, None)] * 8
    answers = [None] * len(logins)

    def run(place: int) -> None:
        answers[place] = module.login(*logins[place][:2])

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(logins))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for (_, _, subject), answer in zip(logins, answers):
        if subject is None:
            assert answer[0] == 200 and answer[1]["denial"] == {"reason": "bad-credentials"}, answer
        else:
            assert is_proven(answer, subject), answer


# What protects the passwords on the way.


@pytest.mark.parametrize("way", ["tls", "plain", "local"])
def test_each_way_to_the_directory_works(slapd, make_module, way):
    """The directory refuses binds without TLS, so that a login over `plain` has gone through StartTLS."""
    authority = {} if way == "local" else {"ca_file": str(slapd.folder / "ca.pem")}
    module = make_module(getattr(slapd, way), **authority)
    assert is_proven(module.login("anna", ANNAS), slapd.uuid("anna"))


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """The certificate of another authority."""
    folder = tmp_path_factory.mktemp("strangers")
    make_authority(folder)
    return folder / "ca.pem"


@pytest.mark.parametrize("way", ["tls", "plain"])
@pytest.mark.parametrize("authority", ["strangers", "the machine's"])
def test_a_certificate_of_somebody_elses_gets_no_password(slapd, make_module, strangers, way, authority):
    changes = {"ca_file": str(strangers)} if authority == "strangers" else {}
    module = make_module(getattr(slapd, way), **changes)
    assert slapd.binds(lambda: check_fault(module)) == []
    assert "ca_file" in module.log, module.log


def check_fault(module: Module) -> None:
    assert is_fault(module.login("anna", ANNAS))


def test_a_certificate_for_another_name_gets_no_password(slapd, make_module):
    module = make_module(slapd.misnamed, ca_file=str(slapd.folder / "ca.pem"))
    assert slapd.binds(lambda: check_fault(module)) == []


@pytest.mark.parametrize("way", ["tls", "plain"])
def test_no_file_and_no_variable_of_libldaps_takes_the_demand_back(slapd, make_module, strangers, monkeypatch, way):
    monkeypatch.setenv("LDAPTLS_REQCERT", "never")
    monkeypatch.setenv("LDAPTLS_CACERT", str(slapd.folder / "ca.pem"))
    module = make_module(getattr(slapd, way), start=False, ca_file=str(strangers))
    (module.folder / "ldaprc").write_text(f"TLS_REQCERT never\nTLS_CACERT {slapd.folder}/ca.pem\n")
    module.start()
    assert slapd.binds(lambda: check_fault(module)) == []


def test_without_tls_goes_only_what_the_setting_lets_go(make_module):
    lenient = Slapd(strength=0)
    try:
        lenient.start()
        # Without the setting StartTLS is demanded, and this authority is not the machine's.
        check_fault(make_module(lenient.plain))
        module = make_module(lenient.plain, insecure_without_tls=True)
        assert is_proven(module.login("anna", ANNAS), lenient.uuid("anna"))
    finally:
        lenient.remove()


# A directory that does not answer.


class Mute:
    """Takes connections and sends a few bytes at most."""

    def __init__(self, words: bytes):
        self.words, self.taken = words, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def serve(self) -> None:
        try:
            while True:
                connection, _ = self.listener.accept()
                self.taken.append(connection)
                connection.sendall(self.words)
        except OSError:
            pass

    def close(self) -> None:
        # A thread in accept holds the listener open.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.taken:
            connection.close()


# Nothing; the beginning of an answer to a bind (RFC 4511 section 4.2.2); of a TLS handshake.
@pytest.mark.parametrize("words", [b"", b"\x30\x0c\x02\x01\x01\x61", b"\x16\x03\x03\x40\x00\x02"])
@pytest.mark.parametrize("scheme", ["ldap", "ldaps", "insecure"])
def test_a_directory_that_hangs_is_a_fault_and_the_threads_are_free_again(slapd, make_module, words, scheme):
    mute = Mute(words)
    try:
        changes = {"insecure_without_tls": True} if scheme == "insecure" else {}
        module = make_module(
            f"{scheme.replace('insecure', 'ldap')}://127.0.0.1:{mute.port}", timeout="1s", connections=1, **changes)
        # With one thread the second is answered only if the first is.
        for _ in range(2):
            check_fault(module)
    finally:
        mute.close()


# The program.


@pytest.mark.parametrize("changes, word", [
    ({"url": None}, "url"), ({"url": "http://127.0.0.1"}, "url"), ({"decoy_dn": None}, "decoy_dn"),
    ({"filter": "(uid={name}*)"}, "filter"), ({"filtre": "x"}, "filtre"), ({"base": "nonsense"}, "base"),
    ({"url": "ldaps://127.0.0.1", "ca_file": "/nowhere.pem"}, "ca_file"),
    ({"bind_password_file": None}, "bind_dn"),
], ids=range(8))
def test_it_does_not_start_with_settings_that_cannot_work(make_module, changes, word):
    done = make_module(**{"url": "ldapi://%2Fnowhere", "start": False, **changes}).run()
    assert done.returncode == 1 and word in done.stderr, done.stderr
    assert not any(secret in done.stderr for secret in SECRETS)


def test_it_does_not_start_with_a_password_that_everybody_can_read(make_module):
    module = make_module("ldapi://%2Fnowhere", start=False)
    os.chmod(module.folder / "password", 0o644)
    done = module.run()
    assert done.returncode == 1 and "open to everybody" in done.stderr, done.stderr


def test_it_starts_before_the_directory_does(make_module):
    directory = Slapd()
    try:
        module = make_module(directory.local)
        check_fault(module)
        directory.start()
        assert is_proven(module.login("anna", ANNAS), directory.uuid("anna"))
    finally:
        directory.remove()


def test_it_ends_in_order_and_takes_its_socket_along(make_module):
    module = make_module("ldapi://%2Fnowhere")
    assert module.stop() == 0
    wait_until(lambda: not os.path.exists(module.socket), 5, "the socket is gone")
