"""`varco module check --script`: what a script may hold, and what is said of one that does not fit."""

from __future__ import annotations

import json
import pathlib
import re
import sys

import pytest

from module_command import TEMPLATE, badge_module, check, varco
from module_process import FLAKY
from remote_gateway import ANNAS



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


# A second factor.


@pytest.fixture
def badge(tmp_path, make_module):
    """The second factor of the tests' own, served; `.enrolled` is the file of those whom it knows."""
    path, enrolled = badge_module(tmp_path)
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
