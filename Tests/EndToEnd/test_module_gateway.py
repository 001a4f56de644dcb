"""A module in a gateway: enrolling by pseudonym, what the operator is told, and what no terminal obeys."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest

from answers import DENIED, GENERIC, prompt, refused
from module_command import TEMPLATE, badge_module
from module_process import FLAKY
from remote_gateway import ANNAS, SESAME, instance, link, say
from varco_process import PKCE, ROOT, Varco


def test_the_login_of_the_page_works(make_module, make_varco):
    page = (ROOT / "docs" / "remote-modules.md").read_text()
    commands = re.search(r"```sh\n(.*?)```", page, re.DOTALL).group(1)
    gateway: Varco = make_varco(
        tls=False, instances=instance("watchword", make_module(TEMPLATE / "template.py").socket))
    link(gateway, gateway.person(), "watchword", "anna")
    commands = commands.replace("https://accesso.ente.example", gateway.url).replace("SECRET", gateway.app.secret)
    done = subprocess.run(["sh", "-ec", commands], capture_output=True, text=True, timeout=60)
    assert "authorization_code" in json.loads(done.stdout), done.stdout + done.stderr


def test_a_citizen_is_enrolled_by_the_pseudonym_that_the_module_gets(tmp_path, make_module, make_varco):
    program, enrolled = badge_module(tmp_path)
    badge = make_module(program, str(enrolled))
    desk = make_module(TEMPLATE / "template.py")
    gateway: Varco = make_varco(tls=False, instances=(
        instance("desk", desk.socket) + "    then: [badge]\n" + instance("badge", badge.socket, role="second-factor")
        + instance("other", badge.socket, role="second-factor")))
    person = gateway.person()
    link(gateway, person, "desk", "anna")

    def pseudonym(id: str) -> str:
        return gateway.run("module", "pseudonym", person.code, "--instance", id).stdout.strip()

    enrolled.write_text(pseudonym("badge"))
    assert pseudonym("badge") != pseudonym("other")
    pkce = PKCE()
    question = prompt(say(gateway, "desk", "anna", ANNAS, pkce=pkce))
    assert question["id"] == "badge"
    answer = gateway.challenge({"auth_session": question["auth_session"], "code": question["message"][::-1]})
    gateway.finished(answer, pkce)
    before = pseudonym("badge")
    gateway.run("key", "rotate", "pseudonym")
    assert pseudonym("badge") == before
    shown = json.loads(gateway.run("module", "pseudonym", person.code, "--instance", "badge", "--json").stdout)
    assert shown == {"instance": "badge", "pseudonym": before}


@pytest.mark.parametrize("id, status, complaint", [
    ("nothing", 2, "no such authenticator instance"), ("pin-ordinario", 1, "no second factor in another process"),
    ("desk", 1, "no second factor in another process"), ("told", 1, "is told the fiscal code"),
    ("badge", 1, "there is no citizen")])
def test_whoever_gets_no_pseudonym_has_none(tmp_path, make_varco, id, status, complaint):
    socket = str(tmp_path / "m.sock")
    gateway: Varco = make_varco(start=False, tls=False, instances=(
        instance("desk", socket) + instance("badge", socket, role="second-factor")
        + instance("told", socket, role="second-factor", learns_fiscal_code="true")))
    code = "RSSMRA85T10A562S" if id == "badge" else gateway.person().code
    done = gateway.run("module", "pseudonym", code, "--instance", id, check=False)
    assert done.returncode == status and complaint in done.stderr, done.stderr
    assert code not in done.stdout + done.stderr


def test_a_second_factor_that_does_not_say_so_is_told_to(tmp_path, make_varco):
    socket = str(tmp_path / "m.sock")
    gateway: Varco = make_varco(start=False, tls=False)
    gateway.instances = instance("desk", socket) + "    then: [badge]\n" + instance("badge", socket)
    gateway.config.write_text(gateway.yaml())
    done = gateway.run("check", check=False)
    assert done.returncode == 2
    assert "desk is followed by badge, which is no second factor: its settings need role: second-factor" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a socket away")
def test_a_socket_of_another_user_is_not_waited_for(make_varco, make_module):
    module = make_module()
    os.chown(module.socket, 1, 1)
    gateway: Varco = make_varco(start=False, tls=False, instances=instance("foreign", module.socket))
    done = gateway.run("check", check=False)
    said = next(line for line in done.stderr.splitlines() if "foreign" in line)
    assert done.returncode == 0 and "away" not in said and "until that is mended" in said, said
    gateway.start()
    warned = next(line for line in gateway.log.splitlines() if " warning " in line and "foreign" in line)
    assert "away" not in warned and "until that is mended" in warned, warned
    listed = next(line for line in gateway.run("module", "list").stdout.splitlines() if line.startswith("foreign "))
    assert "foreign: " in listed, listed


def test_what_the_circuit_refuses_is_no_fault_of_the_module(make_varco, make_module):
    module = make_module(FLAKY, "--behaviour", "status-500")
    gateway: Varco = make_varco(
        tls=False, instances=instance("sesame", module.socket, circuit_faults=1, circuit_pause="10m"))
    for _ in range(3):
        assert refused(say(gateway, "sesame", "anna", SESAME), DENIED) == GENERIC
    calls = 'varco_module_calls_total{instance="sesame",outcome="%s"}'
    assert (gateway.metric(calls % "fault"), gateway.metric(calls % "refused")) == (1, 2)


# What somebody else has written is printed and obeyed by no terminal.


def test_a_name_moves_no_cursor(make_varco):
    name = "anna\x1b[2J\n\u202eb\u200b\U000e0041"
    gateway: Varco = make_varco(start=False, tls=False, instances=instance("desk", "/run/nothing.sock"))
    person = gateway.person()
    link(gateway, person, "desk", name)
    shown = gateway.run("link", "list", person.code).stdout
    assert shown == "desk  anna\\u{001B}[2J\\u{000A}\\u{202E}b\\u{200B}\\u{E0041}\n"
    listed = gateway.run("link", "list", person.code, "--json").stdout
    assert json.loads(listed) == [{"instance": "desk", "subject": name}]
    assert not {"\x1b", "\u202e", "\u200b", "\U000e0041"} & set(listed)
