"""Modules in other processes that are away, back, of another protocol, or of another user."""

from __future__ import annotations

import json
import os
import pwd
import re

import pytest

from answers import DENIED, GENERIC, refused
from module_process import FLAKY
from remote_gateway import SESAME, instance, is_well, link, say
from spid_identities import Identity
from varco_process import Varco, wait_until

# The circuit.


def circuit(varco: Varco, id: str) -> float:
    return varco.metric(f'varco_module_circuit_open{{instance="{id}"}}')


def test_the_circuit_opens_after_so_many_faults_and_closes_with_a_good_process(make_varco, make_module):
    module = make_module(FLAKY, "--behaviour", "status-500")
    varco: Varco = make_varco(
        tls=False, instances=instance("sesame", module.socket, circuit_faults=3, circuit_pause="2s"))
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
    is_well(varco, pensioner)
    module.start("--behaviour", "good")
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


# The SPID stub is for tests.


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_a_spid_stub_is_refused_in_production(make_varco, tmp_path, enabled):
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"identities": [Identity("nobody", 1).entry()]}))
    varco: Varco = make_varco(
        start=False, tls=False,
        instances=f"  - {{id: spid, type: spid-stub, enabled: {enabled}, settings: {{identities: {people}}}}}\n")
    text = varco.config.read_text()
    assert "environment: test" in text
    varco.config.write_text(text.replace("environment: test", "environment: production"))
    for command in ("check", "serve"):
        done = varco.run(command, check=False)
        assert done.returncode == 2, done.stderr
        assert any("spid" in line and "production" in line for line in done.stderr.splitlines()), done.stderr


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
    said = next(line for line in checked.stderr.splitlines() if "foreign" in line)
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
