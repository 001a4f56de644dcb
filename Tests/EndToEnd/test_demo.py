"""The demo, as somebody sees it who pastes what it prints."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time

import pytest

from varco_process import IDENTITY_HEADERS, binary, free_port

FRESHNESS = 10
LAST = 17


class Demo:
    """`varco demo`, the text that it printed, and what its blocks answered when bash ran them as they stand."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port(together=4)
        self.process = subprocess.Popen(
            [binary(), "demo", "--folder", str(folder), "--port", str(self.port), "--freshness", str(FRESHNESS)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors: list[str] = []
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        self.printed = self._read_tour()
        self.blocks: dict[int, str] = {}

    def _read_tour(self) -> str:
        # A demo that hangs must not hang the tests.
        watch = threading.Timer(60, self.process.kill)
        watch.start()
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if lines[-1] == "\n" and any(one.startswith(f"# {LAST}.") for one in lines):
                break
        watch.cancel()
        return "".join(lines)

    def paste(self) -> None:
        """Runs everything after "Paste these" in one bash, with a mark before each block to tell the answers apart."""
        _, _, commands = self.printed.partition("Paste these")
        script = commands.split("\n", 1)[1]
        script = re.sub(r"^# (\d+)\.", r"echo '@@ \1'\n# \1.", script, flags=re.M)
        done = subprocess.run(["bash"], input=script, capture_output=True, text=True, timeout=120, check=False)
        assert done.stderr == "", done.stderr
        parts = re.split(r"^@@ (\d+)\n", done.stdout, flags=re.M)
        self.blocks = {int(number): text for number, text in zip(parts[1::2], parts[2::2])}

    def json(self, number: int) -> list[dict]:
        return [json.loads(line) for line in self.blocks[number].splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    running = Demo(tmp_path_factory.mktemp("demo") / "folder")
    try:
        running.paste()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def headers(answer: str) -> dict[str, str]:
    head = re.split(r"\r?\n\r?\n", answer, maxsplit=1)[0]
    return dict(re.findall(r"^([^:\r\n]+): ?(.*?)\r?$", head, flags=re.M))


def status(answer: str) -> int:
    return int(re.match(r"HTTP/[\d.]+ (\d+)", answer).group(1))


def test_all_blocks_are_printed_and_each_answers_something(demo):
    assert sorted(demo.blocks) == list(range(LAST + 1)), demo.printed
    assert all(demo.blocks[number].strip() for number in range(1, LAST + 1)), demo.blocks


def test_the_printed_addresses_are_the_ones_asked_for(demo):
    assert f"https://localhost:{demo.port}" in demo.printed
    assert f"http://127.0.0.1:{demo.port + 1}" in demo.printed


def test_the_login_with_a_pin_gives_a_code_and_then_a_token_that_may_only_consult(demo):
    login, token = demo.json(1)
    assert set(login) == {"authorization_code", "auth_session"}
    assert token["scope"] == "consultazione:estratto-conto"
    assert token["token_type"] == "Bearer" and 0 < token["expires_in"] <= 900


def test_reading_with_that_token_is_allowed_by_the_portal(demo):
    answer = demo.json(2)[0]
    assert answer.get("status", 200) == 200 and "urn:varco:problem" not in demo.blocks[2], demo.blocks[2]


def test_applying_with_it_is_refused_with_what_would_be_enough(demo):
    answer = demo.blocks[3]
    challenge = {name.lower(): value for name, value in headers(answer).items()}["www-authenticate"]
    assert status(answer) in (401, 403)
    assert 'scope="dispositivo:domanda-disoccupazione"' in challenge, challenge
    assert "urn:varco:problem:" in answer


def test_the_refusal_to_apply_is_the_step_up_challenge_of_rfc_9470(demo):
    challenge = {name.lower(): value for name, value in headers(demo.blocks[3]).items()}["www-authenticate"]
    assert status(demo.blocks[3]) == 401
    assert 'error="insufficient_user_authentication"' in challenge, challenge


def test_after_the_step_up_the_token_has_the_dispositive_scope_for_no_longer_than_the_freshness(demo):
    login, token = demo.json(4)
    assert "authorization_code" in login
    assert set(token["scope"].split()) == {"consultazione:estratto-conto", "dispositivo:domanda-disoccupazione"}
    assert token["expires_in"] <= FRESHNESS and token["refresh_token"]


def test_applying_again_is_accepted(demo):
    assert "urn:varco:problem" not in demo.blocks[5] and demo.json(5), demo.blocks[5]


def test_forward_auth_answers_200_with_the_whole_header_family(demo):
    answer = demo.blocks[6]
    found = {name.lower(): value for name, value in headers(answer).items()}
    assert status(answer) == 200
    assert {name.lower() for name in IDENTITY_HEADERS} <= set(found)
    assert found["x-varco-subject"] and found["x-varco-right"] == "dispositivo"
    assert found["x-varco-fiscal-number"] == "" and found["x-varco-actor"] == ""


def test_after_the_freshness_has_run_out_forward_auth_answers_401(demo):
    assert status(demo.blocks[7]) == 401
    assert "urn:varco:problem:token-invalid" in demo.blocks[7]


def test_a_refresh_keeps_the_right_to_consult_and_loses_the_right_to_dispose(demo):
    scope = demo.json(8)[0]["scope"].split()
    assert "consultazione:estratto-conto" in scope
    assert not [one for one in scope if one.startswith("dispositivo:")], scope


def test_a_pin_ordinario_is_refused_as_dispositivo_and_the_owner_is_told_why(demo):
    answer = demo.json(9)[0]
    assert answer["error"] == "access_denied"
    assert "not dispositivo" in answer["error_description"]


def test_the_first_login_forces_the_change_and_proposes_a_pin_of_eight(demo):
    answer = demo.json(10)[0]
    assert answer["error"] == "insufficient_authorization"
    assert answer["prompt"]["id"] == "pin-change"
    assert re.fullmatch(r"[A-Z0-9]{8}", answer["prompt"]["proposal"])


def test_eleventh_block_a_card_logs_in(demo):
    waiting, shown, done = demo.json(11)
    assert waiting["error"] == "insufficient_authorization" and waiting["redirect"]["url"]
    assert shown == {"status": "completed"}
    assert done["authorization_code"]


def test_twelfth_block_a_revoked_card_explains_itself(demo):
    (answer,) = demo.json(12)
    assert answer["type"] == "urn:varco:problem:certificate-revoked" and answer["status"] == 403
    assert "revoked" in answer["detail"]


SPID_ERRORS = ["nr19", "nr20", "nr21", "nr22", "nr23", "nr25", "nr30"]


def test_the_tour_lists_an_identity_of_each_level_and_of_each_error(demo):
    listed = re.findall(r"^    (\w+) +([a-z2-7]{16}) +([A-Z2-7]{32}|no code) +(.+)$", demo.printed, flags=re.M)
    assert [user for user, *_ in listed] == ["livello3", "livello2", "livello1", *SPID_ERRORS, "basso", "estero"]
    assert [user for user, _, key, _ in listed if key != "no code"] == ["livello3", "livello2", "basso"]


def test_the_identities_are_readable_by_their_owner_alone(demo):
    file = demo.folder / "spid-identities.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(file.read_text())["identities"]) == 12


def test_thirteenth_block_level_1_reads(demo):
    (answer,) = demo.json(13)
    assert set(answer) == {"authorization_code", "auth_session"}


def test_fourteenth_block_level_2_asks_for_the_code_that_the_printed_helper_makes(demo):
    asked, done = demo.json(14)
    assert asked["prompt"]["id"] == "spid-stub-code" and "nothing here is real SPID" in asked["prompt"]["message"]
    assert set(done) == {"authorization_code", "auth_session"}


def test_fifteenth_block_a_suspended_identity_is_told_so(demo):
    (answer,) = demo.json(15)
    assert answer["error"] == "access_denied" and "suspended" in answer["error_description"]


def test_sixteenth_block_leads_a_browser_to_the_page_with_a_number(demo):
    assert re.search(rf"open https://localhost:{demo.port}/login/step\?relay_state=[\w-]{{43}}\n", demo.blocks[16])
    assert re.search(r"number \d\d there", demo.blocks[16])


def test_seventeenth_block_waits_for_the_browser(demo):
    (answer,) = demo.json(17)
    assert answer["error"] == "insufficient_authorization" and answer["redirect"]["page"]


def test_control_c_ends_the_demo_with_status_0_and_removes_its_folder(demo):
    assert demo.folder.exists()
    demo.process.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert demo.process.wait(20) == 0, demo.errors[-5:]
    assert not demo.folder.exists()
    print(f"ended after {time.monotonic() - started:.2f} s")
