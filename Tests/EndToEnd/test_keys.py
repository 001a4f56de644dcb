"""Keys rotate under a working installation, and the audit log names what was done to it."""

from __future__ import annotations

import json
import sqlite3
import subprocess

import pytest

from varco_process import PORTAL, Varco


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A running gateway whose keys these tests rotate, one after the other."""
    installation = Varco(tmp_path_factory.mktemp("keys"), tls=False).prepare(citizens=30)
    try:
        yield installation.start()
    finally:
        installation.stop()


def key_ids(varco: Varco) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in json.loads(varco.run("key", "list", "--json").stdout):
        found.setdefault(key["purpose"], set()).add(key["id"])
    return found


@pytest.mark.parametrize("what", ["signing", "audit", "pseudonym", "client-secret"])
def test_a_key_rotates_while_the_gateway_runs_and_nothing_stops_working(keyed, what):
    person = keyed.person("ordinario")
    login = keyed.login(person)
    tokens = keyed.token(login)
    before = key_ids(keyed)
    done = keyed.run("key", "rotate", what)
    assert what in done.stdout
    after = key_ids(keyed)
    assert any(after[purpose] - before[purpose] for purpose in after), "there is a new key"
    assert keyed.introspect(tokens["access_token"])["active"] is True
    assert keyed.refresh(tokens["refresh_token"]).status_code == 200
    assert keyed.access_token(person)
    added = keyed.add_client(f"after-{what}", "--grant", "client_credentials", "--resource", PORTAL, "--introspect", PORTAL)
    assert keyed.introspect(keyed.access_token(person), added)["active"] is True
    keyed.restart()
    assert keyed.introspect(tokens["access_token"])["active"] is True
    assert keyed.access_token(person)
    assert keyed.run("audit", "verify").returncode == 0


@pytest.mark.parametrize("what", ["kek", "pepper"])
def test_a_key_of_a_file_rotates_under_a_running_gateway_and_everything_still_opens(keyed, what):
    person = keyed.person("ordinario")
    issued = keyed.person("ordinario", changed=False)
    tokens = keyed.token(keyed.login(person))
    file = keyed.folder / f"{what}.keys"
    before = file.read_text()
    done = keyed.run("key", "rotate", what)
    assert what in done.stdout
    assert file.read_text() != before and file.stat().st_mode & 0o777 == 0o600
    assert keyed.access_token(person), "without a restart"
    keyed.restart()
    assert keyed.introspect(tokens["access_token"])["active"] is True
    assert keyed.refresh(tokens["refresh_token"]).status_code == 200
    assert keyed.access_token(person)
    assert keyed.change_issued_pin(issued)
    assert keyed.run("audit", "verify").returncode == 0
    # The old key is not needed by anything any more.
    assert keyed.run("key", "rotate", what).returncode == 0
    keyed.restart()
    assert keyed.access_token(person)


@pytest.mark.parametrize("what", ["kek", "pepper"])
def test_of_two_rotations_at_once_one_is_refused_and_no_key_is_lost(keyed, what):
    person = keyed.person("ordinario")
    file = keyed.folder / f"{what}.keys"
    before = file.read_text().splitlines()
    command = keyed.command("key", "rotate", what, "--config", str(keyed.config))
    both = [
        subprocess.Popen(command, env=keyed.environment, cwd=keyed.folder, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.returncode: text for process, text in [(process, process.communicate(timeout=60)[1]) for process in both]}
    assert set(said) == {0, 1} and "another rotation is under way" in said[1], said
    after = file.read_text().splitlines()
    assert after[1:] == before
    keyed.restart()
    assert keyed.access_token(person)


def test_what_cannot_be_rotated_is_refused_and_changes_nothing(keyed):
    before = key_ids(keyed)
    done = keyed.run("key", "rotate", "everything", check=False)
    assert done.returncode == 2 and "signing" in done.stderr
    assert key_ids(keyed) == before


def test_key_new_never_overwrites(keyed):
    file = keyed.folder / "kek.keys"
    before = file.read_bytes()
    done = keyed.run("key", "new", str(file), check=False)
    assert done.returncode == 1 and "exists already" in done.stderr
    assert file.read_bytes() == before


# The audit log, after somebody with a way to the database.


@pytest.fixture
def audited(make_varco) -> Varco:
    """Stopped, with some forty records and the checkpoint that a stopping gateway leaves."""
    varco: Varco = make_varco(tls=False)
    for _ in range(3):
        person = varco.person("ordinario")
        varco.access_token(person)
        varco.attempt(person, "AAAA1111")
    varco.stop()
    assert "intact" in varco.run("audit", "verify").stdout
    return varco


def tampered(varco: Varco, *statements: str) -> str:
    """What verify says, exit status 1, after these statements."""
    database = sqlite3.connect(varco.folder / "varco.sqlite")
    for statement in statements:
        assert database.execute(statement).rowcount != 0, statement
    database.commit()
    database.close()
    done = varco.run("audit", "verify", check=False)
    assert done.returncode == 1, done.stdout
    assert done.stdout == "" and done.stderr.startswith("broken: ") and len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize("column", ["kind", "actor", "subject", "detail"])
def test_a_changed_record_is_named(audited, column):
    said = tampered(audited, f"UPDATE audit SET {column} = {column} || 'x' WHERE seq = 7")
    assert "record 7" in said and "changed" in said


def test_a_changed_time_is_named(audited):
    assert "record 9 of chain main was changed" in tampered(audited, "UPDATE audit SET at = at + 1 WHERE seq = 9")


def test_a_changed_mac_is_named(audited):
    assert "record 5" in tampered(audited, "UPDATE audit SET mac = zeroblob(length(mac)) WHERE seq = 5")


def test_a_removed_record_is_named(audited):
    assert "record 8 of chain main was removed" in tampered(audited, "DELETE FROM audit WHERE seq = 8")


def test_a_removed_record_whose_followers_moved_up_is_named(audited):
    said = tampered(
        audited, "DELETE FROM audit WHERE seq = 8", "UPDATE audit SET seq = -seq WHERE seq > 8",
        "UPDATE audit SET seq = -seq - 1 WHERE seq < 0")
    assert "record 8" in said


def test_reordered_records_are_named(audited):
    said = tampered(
        audited, "UPDATE audit SET seq = -6 WHERE seq = 6", "UPDATE audit SET seq = 6 WHERE seq = 10",
        "UPDATE audit SET seq = 10 WHERE seq = -6")
    assert "record 6" in said and "moved" in said


def test_a_cut_off_end_is_named_by_its_head(audited):
    last = length(audited)
    assert f"cut off before record {last - 3}" in tampered(audited, f"DELETE FROM audit WHERE seq >= {last - 3}")


def test_an_end_cut_off_together_with_its_head_is_named_by_the_checkpoint(audited):
    last = length(audited)
    said = tampered(
        audited, f"DELETE FROM audit WHERE seq > {last - 4}",
        f"UPDATE audit_heads SET seq = {last - 4}, mac = (SELECT mac FROM audit WHERE seq = {last - 4})")
    assert f"cut off before record {last - 3}" in said


def test_a_log_that_was_emptied_is_named_by_the_checkpoint(audited):
    assert "cut off before record 1" in tampered(audited, "DELETE FROM audit", "DELETE FROM audit_heads")


def test_a_checkpoint_of_another_place_is_read_on_demand(audited, tmp_path):
    copy = tmp_path / "kept-elsewhere.jsonl"
    copy.write_bytes((audited.folder / "checkpoints.jsonl").read_bytes())
    assert audited.run("audit", "verify", "--checkpoint", str(copy)).returncode == 0
    missing = audited.run("audit", "verify", "--checkpoint", str(tmp_path / "none"), check=False)
    assert missing.returncode == 2


def test_a_forged_checkpoint_is_named(audited):
    file = audited.folder / "checkpoints.jsonl"
    lines = file.read_text().splitlines()
    forged = json.loads(lines[-1])
    forged["seq"] -= 1
    file.write_text("\n".join([*lines[:-1], json.dumps(forged)]) + "\n")
    done = audited.run("audit", "verify", check=False)
    assert done.returncode == 1 and "checkpoint" in done.stderr


def test_a_checkpoint_whose_last_line_a_crash_has_cut_is_no_finding(audited):
    cut_last_line(audited)
    assert audited.run("audit", "verify").returncode == 0


def test_a_configured_checkpoint_file_that_is_gone_is_named(audited):
    (audited.folder / "checkpoints.jsonl").unlink()
    assert audited.run("audit", "verify").returncode == 0, "none is due in the first two minutes"
    said = tampered(audited, "UPDATE audit SET at = at - 180000 WHERE seq = 1")
    assert "checkpoint file" in said and "is missing" in said
    empty = audited.folder / "none.jsonl"
    empty.touch()
    assert "record 1" in audited.run("audit", "verify", "--checkpoint", str(empty), check=False).stderr


def test_a_torn_checkpoint_line_does_not_spoil_the_next_one(audited):
    cut_last_line(audited)
    audited.start()
    audited.stop()
    done = audited.run("audit", "verify", check=False)
    assert done.returncode == 0, done.stderr


def cut_last_line(varco: Varco) -> None:
    file = varco.folder / "checkpoints.jsonl"
    file.write_bytes(file.read_bytes()[:-20])


def length(varco: Varco) -> int:
    return len(varco.run("audit", "export").stdout.splitlines())
