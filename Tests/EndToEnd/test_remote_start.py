"""Modules in other processes that are away, back, of another protocol, or of another user."""

from __future__ import annotations

import os
import pwd
import re
import time

import pytest

from answers import GENERIC, refused
from module_process import FLAKY
from remote_gateway import SESAME, instance, is_well, link, say
from varco_process import Varco, wait_until

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
