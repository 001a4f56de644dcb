"""`varco module check` and `varco module new`: what the author of a module gets to hand."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess

import pytest

from module_command import TEMPLATE, check, new, varco
from module_process import FLAKY, ModuleProcess
from remote_gateway import ANNAS
from varco_process import ROOT, binary


# module new.


def test_a_new_module_passes_every_rule_that_concerns_it(tmp_path, make_module):
    folder = new(tmp_path, "city-desk")
    module = make_module(folder / "city-desk.py")
    status, rules = check(module.socket, "--script", folder / "script.json")
    assert status == 0, rules
    unchecked = {name for name, rule in rules.items() if rule["verdict"] == "unchecked"}
    assert unchecked == {"second-factor-needs-subject", "used-steps-stay-used"}
    assert rules["second-factor-needs-subject"]["reason"] == "the module is primary"
    assert all("reason" not in rule for rule in rules.values() if rule["verdict"] != "unchecked")


def test_a_new_module_says_its_name(tmp_path, make_module):
    module = make_module(new(tmp_path, "city-desk") / "city-desk.py")
    assert json.loads(varco("module", "check", module.socket, "--json").stdout)["module"]["name"] == "city-desk"


def test_the_new_module_in_python_is_that_of_the_page():
    page = (ROOT / "docs" / "remote-modules.md").read_text()
    listing = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    renamed = listing.replace("watchword.py", "template.py").replace('"name": "watchword", "v', '"name": "template", "v')
    assert renamed == (TEMPLATE / "template.py").read_text()


def test_a_new_module_in_swift_is_the_template_under_its_name(tmp_path):
    folder = new(tmp_path, "city-desk", "--language", "swift", "--varco", "../../varco")
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "Package.swift", "README.md", "script.json", ".gitignore", "Sources/city-desk-module/Main.swift",
        "Sources/CityDeskModule/CityDeskAuthenticator.swift", "Tests/CityDeskModuleTests/CityDeskModuleTests.swift"}
    for original in TEMPLATE.rglob("*.swift"):
        path = str(original.relative_to(TEMPLATE)).replace("template", "city-desk").replace("Template", "CityDesk")
        text = original.read_text().replace("template", "city-desk").replace("Template", "CityDesk")
        assert (folder / path).read_text() == text.replace('path: "../../.."', 'path: "../../varco"')
    described = subprocess.run(["swift", "package", "dump-package"], cwd=folder, capture_output=True, text=True)
    assert described.returncode == 0 and json.loads(described.stdout)["name"] == "city-desk", described.stderr


def test_the_template_in_swift_passes_every_rule_that_concerns_it(tmp_path_factory):
    program = pathlib.Path(binary()).parent / "template-module"
    if not program.exists():
        program = ROOT / ".build" / "debug" / "template-module"
    module = ModuleProcess(program, interpreter=None)
    try:
        status, rules = check(module.start().socket, "--script", TEMPLATE / "script.json")
        assert status == 0, rules
    finally:
        module.remove()


@pytest.mark.parametrize("name", ["", "City", "1st", "a--b", "a-", "-a", "a/b", "..", "a b", "è", "x" * 41])
def test_a_name_that_is_none_writes_nothing(tmp_path, name):
    assert varco("module", "new", f"--in={tmp_path}", "--", name).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left_alone(tmp_path):
    mine = tmp_path / "desk" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = varco("module", "new", "desk", "--in", tmp_path)
    assert done.returncode == 1 and "already" in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["desk", "mine.txt"]


def test_a_folder_that_is_not_there_is_made(tmp_path):
    assert (new(tmp_path / "a" / "b", "desk") / "desk.py").exists()


def test_the_page_has_every_rule(make_module):
    _, rules = check(make_module(TEMPLATE / "template.py").socket)
    page = (ROOT / "docs" / "remote-modules.md").read_text()
    assert re.findall(r"^\| `([a-z-]+)` \|", page.split("## Checking it")[1].split("With one:")[0], re.M) == list(rules)


# module check.


@pytest.mark.parametrize("behaviour, rule", [
    ("verified-in-begin", "claims-stay-within-hello"), ("too-much-state", "answers-keep-the-protocol"),
    ("asks-client-secret", "answers-keep-the-protocol"), ("status-500", "answers-keep-the-protocol"),
    ("no-json", "answers-keep-the-protocol"), ("secret-without-account", "secrets-are-countable"),
    ("claims-fiscal-code", "right-answers-verify"), ("redirects-anywhere", "claims-stay-within-hello"),
    ("wrong-protocol", "hello-is-of-this-protocol"), ("crash-in-resume", "answers-keep-the-protocol")])
def test_a_module_that_breaks_the_contract_is_told_which_rule(make_module, tmp_path, behaviour, rule):
    module = make_module(FLAKY, "--behaviour", behaviour)
    script = tmp_path / "script.json"
    right = {"watchword": "open sesame"} if behaviour == "secret-without-account" else {
        "account": "anna", "watchword": "open sesame"}
    script.write_text(json.dumps({"expected": {"local": "anna"}, "right": [right]}))
    status, rules = check(module.socket, "--script", script)
    assert status == 1
    assert rules[rule]["verdict"] == "broken" and rules[rule]["findings"], rules


def test_a_wrong_protocol_is_reported_with_both_numbers(make_module):
    module = make_module(FLAKY, "--behaviour", "wrong-protocol")
    done = varco("module", "check", module.socket)
    assert done.returncode == 1 and "protocol 2" in done.stdout and "protocol 1" in done.stdout


def test_the_report_is_for_people_as_well_and_repeats_no_secret(tmp_path, make_module):
    folder = new(tmp_path, "desk")
    module = make_module(folder / "desk.py")
    done = varco("module", "check", module.socket, "--script", folder / "script.json")
    assert done.returncode == 0, done.stdout
    assert "desk 1.0: primary, assurance low, ceiling consultation" in done.stdout
    assert "0 broken" in done.stdout and ANNAS not in done.stdout


def test_a_socket_for_everybody_is_a_finding(tmp_path, make_module):
    folder = new(tmp_path, "desk")
    module = make_module(folder / "desk.py")
    pathlib.Path(module.socket).chmod(0o666)
    status, rules = check(module.socket)
    assert status == 1 and rules["socket-is-private"]["verdict"] == "broken"


def test_a_one_time_code_comes_from_a_program(tmp_path, make_module):
    folder = new(tmp_path, "desk")
    module = make_module(folder / "desk.py")
    script = tmp_path / "script.json"
    answer = {"account": "anna", "watchword": {"command": ["echo", ANNAS]}}
    script.write_text(json.dumps({"expected": {"local": "anna"}, "right": [answer]}))
    assert check(module.socket, "--script", script)[0] == 0


def test_where_nobody_listens_there_is_nothing_to_check(tmp_path, make_module):
    module = make_module()
    module.kill()
    for socket in (module.socket, tmp_path / "nothing", tmp_path):
        done = varco("module", "check", socket)
        assert done.returncode == 2 and "nobody listens there" in done.stderr, done.stderr


@pytest.mark.parametrize("text, complaint", [
    ("", "no JSON"), ("[]", "wrong type"), ('{"right": []}', "expected"),
    ('{"expected": {"local": "a"}, "right": [], "wrnog": []}', "wrnog"),
    ('{"expected": {"local": "a"}, "right": [], "subject": {"local": "b"}}', "subject"),
    ('{"expected": {"local": "a"}, "right": [], "purpose": "third-login"}', "purpose"),
    ('{"expected": {"fiscal_code": "RSSMRA85T10A562X"}, "right": []}', "expected is no fiscal code"),
    ('{"expected": {"pseudonym": "p"}, "right": []}', "subject does not say it"),
    ('{"subject": {"pseudonym": "p"}, "expected": {"pseudonym": "q"}, "right": []}', "expected must be subject"),
    ('{"subject": {"pseudonym": "p"}, "expected": {"local": "p"}, "right": []}', "expected must be subject")])
def test_a_script_that_cannot_be_read_says_why(tmp_path, make_module, text, complaint):
    script = tmp_path / "script.json"
    script.write_text(text)
    done = varco("module", "check", make_module().socket, "--script", script)
    assert done.returncode == 2 and complaint in done.stderr, done.stderr
    assert done.stderr.startswith(f"{script}: "), "the file is named"
    assert "RSSMRA85T10A562X" not in done.stderr
