"""`varco module check` and `varco module new`: what the author of a module gets to hand."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from answers import DENIED, GENERIC, prompt, refused
from module_process import FLAKY, ModuleProcess
from remote_gateway import ANNAS, SESAME, instance, link, say
from varco_process import PKCE, ROOT, Varco, binary

TEMPLATE = ROOT / "Examples" / "modules" / "template"


def varco(*arguments: object) -> subprocess.CompletedProcess:
    """The program without an installation."""
    return subprocess.run(
        [binary(), *map(str, arguments)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def check(socket: str, *arguments: object) -> tuple[int, dict[str, dict]]:
    done = varco("module", "check", socket, "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {rule["name"]: rule for rule in json.loads(done.stdout)["rules"]}


def new(folder: pathlib.Path, name: str, *arguments: str) -> pathlib.Path:
    done = varco("module", "new", name, "--in", folder, *arguments)
    assert done.returncode == 0, done.stderr
    return folder / name


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


def test_the_login_of_the_page_works(make_module, make_varco):
    page = (ROOT / "docs" / "remote-modules.md").read_text()
    commands = re.search(r"```sh\n(.*?)```", page, re.DOTALL).group(1)
    gateway: Varco = make_varco(
        tls=False, instances=instance("watchword", make_module(TEMPLATE / "template.py").socket))
    link(gateway, gateway.person(), "watchword", "anna")
    commands = commands.replace("https://accesso.ente.example", gateway.url).replace("SECRET", gateway.app.secret)
    done = subprocess.run(["sh", "-ec", commands], capture_output=True, text=True, timeout=60)
    assert "authorization_code" in json.loads(done.stdout), done.stdout + done.stderr


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


# A script and what it may hold.


def changed(tmp_path: pathlib.Path, *changes: tuple[str, str]) -> pathlib.Path:
    """The template with some of its text replaced."""
    text = (TEMPLATE / "template.py").read_text()
    for old, new_text in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new_text)
    path = tmp_path / "changed.py"
    path.write_text(text)
    return path


def annas_script(tmp_path: pathlib.Path, **more: object) -> pathlib.Path:
    path = tmp_path / "script.json"
    right = [{"account": "anna", "watchword": ANNAS}]
    path.write_text(json.dumps({"expected": {"local": "anna"}, "right": right, **more}))
    return path


@pytest.mark.parametrize("answer, complaint", [
    ({"account": "anna", "watchwrod": ANNAS}, "right, answer 1: the prompt template has no field watchwrod: it has"),
    ({"account": "anna", "watchword": {"command": ["no-such-program"]}}, "there is no program no-such-program"),
    ({"account": "anna", "watchword": {"command": ["/etc/passwd"]}}, "there is no program /etc/passwd"),
    ({"account": "anna", "watchword": {"command": ["false"]}}, "the command false ended with status 1"),
    ({"account": "anna", "watchword": {"command": []}}, "a command has no words")])
def test_a_script_that_does_not_fit_is_said_plainly(tmp_path, make_module, answer, complaint):
    module = make_module(changed(tmp_path, ('"id": "watchword"', '"id": "template"')))
    script = annas_script(tmp_path, right=[answer])
    done = varco("module", "check", module.socket, "--script", script)
    assert done.returncode == 2 and complaint in done.stderr, done.stderr
    assert done.stderr.startswith(f"{script}: ") and ANNAS not in done.stdout + done.stderr


def test_a_wrong_attempt_that_does_not_fit_is_named(tmp_path, make_module):
    wrong = [{"name": "a wrong word", "answers": [{"account": "anna", "word": "x"}]}]
    done = varco(
        "module", "check", make_module(TEMPLATE / "template.py").socket, "--script", annas_script(tmp_path, wrong=wrong))
    assert done.returncode == 2 and "wrong, a wrong word, answer 1: the prompt" in done.stderr, done.stderr


@pytest.mark.parametrize("old, new_text, what", [
    ('str(fields.get("account", ""))', 'str(fields.get("account", "")).replace("-", "")', "hyphen"),
    ('str(fields.get("account", ""))', r'str(fields.get("account", "")).strip("\x1f")', "control character"),
    ('str(fields.get("account", ""))', r'str(fields.get("account", "")).strip("\u200b")', "zero-width")])
def test_an_account_with_two_spellings_is_found(tmp_path, make_module, old, new_text, what):
    module = make_module(changed(tmp_path, (old, new_text)))
    status, rules = check(module.socket, "--script", annas_script(tmp_path))
    assert status == 1 and [name for name, rule in rules.items() if rule["verdict"] == "broken"] == ["one-spelling"]
    assert what in rules["one-spelling"]["findings"][0]


def test_a_reason_is_said_as_the_wire_says_it(tmp_path, make_module):
    unlike = '{"reason": "bad-credentials" if name in PEOPLE else "not-enrolled"}'
    module = make_module(changed(tmp_path, ('{"reason": "bad-credentials"}', unlike)))
    wrong = [{"name": "a wrong word", "answers": [{"account": "anna", "watchword": "x"}]},
             {"name": "nobody", "answers": [{"account": "zoe", "watchword": "x"}]}]
    status, rules = check(module.socket, "--script", annas_script(tmp_path, wrong=wrong))
    assert status == 1
    assert rules["wrong-answers-look-alike"]["findings"] == [
        "a wrong word is denied as bad-credentials, nobody as not-enrolled"]


def test_a_reserved_name_is_said(make_module):
    _, rules = check(make_module(FLAKY, "--behaviour", "asks-client-secret").socket)
    assert any("the name client_secret is reserved" in text for text in rules["answers-keep-the-protocol"]["findings"])


# A second factor of the test's own: asks for the number that it shows, backwards.

BADGE = '''
HELLO = {"protocol": 1, "name": "badge", "version": "1.0", "role": "second-factor", "assurance": "low",
         "ceiling": "consultation", "capabilities": []}
ENROLLED = pathlib.Path(sys.argv[2])
OPEN = set()

def begin(request):
    subject = request["login"]["subject"]
    if subject is None:
        return {"step": "denied", "denial": {"reason": "bad-credentials"}}
    if subject.get("pseudonym") not in ENROLLED.read_text().split():
        return {"step": "denied", "denial": {"reason": "not-enrolled"}}
    state = json.dumps([subject, str(10**7 + int.from_bytes(os.urandom(3), "big"))])
    OPEN.add(state)
    return {"step": "prompt", "state": base64.b64encode(state.encode()).decode(), "prompt": {
        "id": "badge", "message": json.loads(state)[1], "fields": [{"name": "code", "label": "Code", "kind": "code"}]}}

def resume(request):
    state = base64.b64decode(request["state"]).decode(errors="replace")
    if state in OPEN:
        OPEN.remove(state)
        subject, number = json.loads(state)
        if request["answer"]["fields"].get("code") == number[::-1]:
            return {"step": "verified", "identity": {"subject": subject}}
    return {"step": "denied", "denial": {"reason": "bad-credentials"}}

'''


@pytest.fixture
def badge(tmp_path, make_module):
    """The module, served; `.enrolled` is the file of those whom it knows."""
    text = (TEMPLATE / "template.py").read_text()
    start, end = text.index("HELLO = "), text.index("class Handler")
    path = tmp_path / "badge.py"
    path.write_text(text[:start].replace("import errno", "import base64, errno") + BADGE.lstrip() + text[end:])
    enrolled = tmp_path / "enrolled.txt"
    enrolled.write_text("")
    module = make_module(path, str(enrolled))
    module.enrolled = enrolled
    return module


def backwards(tmp_path: pathlib.Path) -> list[str]:
    """A command that answers the prompt which it reads, and writes down what that was."""
    path = tmp_path / "backwards.py"
    path.write_text(
        "import json, sys\nquestion = json.load(sys.stdin)\n"
        f"open({str(tmp_path / 'asked.jsonl')!r}, 'a').write(json.dumps(question) + '\\n')\n"
        "print(question['message'][::-1 if len(sys.argv) < 2 else 1])\n")
    return [sys.executable, str(path)]


def test_a_second_factor_is_checked_with_a_pseudonym_and_codes_that_depend_on_the_prompt(tmp_path, badge):
    badge.enrolled.write_text("p-anna")
    command = backwards(tmp_path)
    script = tmp_path / "script.json"
    script.write_text(json.dumps({
        "subject": {"pseudonym": "p-anna"}, "expected": {"pseudonym": "p-anna"}, "single_use": True,
        "right": [{"code": {"command": command}}],
        "wrong": [{"name": "no code", "answers": [{"code": "x"}]},
                  {"name": "the number as it is", "answers": [{"code": {"command": [*command, "forwards"]}}]}]}))
    status, rules = check(badge.socket, "--script", script)
    assert status == 0, rules
    assert {name for name, rule in rules.items() if rule["verdict"] == "unchecked"} == {"one-spelling"}
    asked = [json.loads(line) for line in (tmp_path / "asked.jsonl").read_text().splitlines()]
    numbers = [question.pop("message") for question in asked]
    assert len(set(numbers)) == len(numbers) > 2, "each conversation has its own"
    assert all(
        question == {"id": "badge", "fields": [{"name": "code", "label": "Code", "kind": "code"}]}
        for question in asked)


def test_a_second_factor_that_takes_the_wrong_code_is_found(tmp_path, badge):
    badge.enrolled.write_text("p-anna")
    script = tmp_path / "script.json"
    right = [{"code": {"command": backwards(tmp_path)}}]
    script.write_text(json.dumps({
        "subject": {"pseudonym": "p-anna"}, "expected": {"pseudonym": "p-anna"}, "right": right,
        "wrong": [{"name": "the right code", "answers": right}]}))
    status, rules = check(badge.socket, "--script", script)
    assert status == 1 and rules["wrong-answers-look-alike"]["findings"] == [
        "the right code ended in a verified identity, not in a denial"]


def test_what_was_never_seen_is_not_kept(badge):
    done = varco("module", "check", badge.socket)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^unchecked  prompts-are-well-formed +\n +no prompt was seen$", done.stdout, re.MULTILINE)
    assert re.search(r"^unchecked  claims-stay-within-hello +\n +no login ended verified$", done.stdout, re.MULTILINE)
    assert re.search(r"^kept       second-factor-needs-subject", done.stdout, re.MULTILINE)


# module pseudonym, and a second factor in a gateway.


def test_a_citizen_is_enrolled_by_the_pseudonym_that_the_module_gets(tmp_path, make_module, make_varco, badge):
    desk = make_module(TEMPLATE / "template.py")
    gateway: Varco = make_varco(tls=False, instances=(
        instance("desk", desk.socket) + "    then: [badge]\n" + instance("badge", badge.socket, role="second-factor")
        + instance("other", badge.socket, role="second-factor")))
    person = gateway.person()
    link(gateway, person, "desk", "anna")

    def pseudonym(id: str) -> str:
        return gateway.run("module", "pseudonym", person.code, "--instance", id).stdout.strip()

    badge.enrolled.write_text(pseudonym("badge"))
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
