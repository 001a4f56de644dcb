"""Starting: every problem of a configuration at once, one clear line for the rest, and nothing changed by a refusal."""

from __future__ import annotations

import hashlib
import pathlib
import socket
import sqlite3

import pytest

from varco_process import Varco


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Varco:
    """Started once and stopped: what is refused here must leave it as it is."""
    varco = Varco(tmp_path_factory.mktemp("start"), tls=False).prepare(citizens=5).start()
    varco.stop()
    varco.run("pin", "issue", varco.person().code, "--grade", "ordinario")
    return varco


def with_config(varco: Varco, change, *command: str, name: str = "other.yaml", **environment: str):
    """Runs a command on a changed copy of the configuration."""
    path = varco.folder / name
    path.write_text(change(varco.yaml()))
    before = dict(varco.environment)
    varco.environment.update(environment)
    try:
        return varco.run(*(command or ("check",)), "--config", str(path), check=False, timeout=30)
    finally:
        varco.environment = before


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def own_lines(stderr: str) -> list[str]:
    """Without the warnings and the news of a gateway that was about to start; its errors count."""
    return [line for line in stderr.splitlines() if line and " warning varco: " not in line and " info varco: " not in line]


def fingerprint(varco: Varco) -> dict[str, str]:
    """Every file, and the whole content of the store."""
    found = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(varco.folder.iterdir())
        if path.is_file() and path.suffix in (".keys", ".yaml", ".pem") and path.name != "other.yaml"
    }
    database = sqlite3.connect(f"file:{varco.folder}/varco.sqlite?mode=ro", uri=True)
    found["store"] = hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()
    database.close()
    return found


# Configuration.


def test_an_unknown_key_a_bad_value_and_a_missing_secret_are_all_named_with_their_lines(installation):
    def change(text: str) -> str:
        return text.replace("admin:", "colour: red\nadmin:").replace("freshness: 15m", "freshness: soon").replace("  pepper_file:", "  #")

    done = with_config(installation, change)
    text = change(installation.yaml())
    assert done.returncode == 2 and done.stdout == ""
    assert f"line {line_of(text, 'colour')}: colour: unknown key" in done.stderr
    assert f"line {line_of(text, 'freshness')}: " in done.stderr and "freshness" in done.stderr
    assert "pepper" in done.stderr and "VARCO_KEYS_PEPPER" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 3, done.stderr


def test_every_command_refuses_the_same_configuration(installation):
    for command in (["serve"], ["migrate"], ["citizen", "count"], ["audit", "verify"], ["module", "list"]):
        done = with_config(installation, lambda text: text + "colour: red\n", *command)
        assert done.returncode == 2 and "colour: unknown key" in done.stderr


def test_an_unknown_environment_variable_is_named(installation):
    done = with_config(installation, str, VARCO_LISTEN_PROT="8443")
    assert done.returncode == 2 and "VARCO_LISTEN_PROT" in done.stderr


def test_a_bad_value_from_the_environment_is_named(installation):
    done = with_config(installation, str, VARCO_LISTEN_PORT="soon")
    assert done.returncode == 2 and "port" in done.stderr


def test_an_unknown_variable_does_not_hide_what_the_others_say(installation):
    secret = (installation.folder / "pepper.keys").read_text()
    done = with_config(
        installation, lambda text: text.replace("  pepper_file:", "  #"), VARCO_KEYS_PEPPER=secret, VARCO_LISTEN_PROT="1",
        VARCO_LISTEN_PORT="soon")
    assert "VARCO_LISTEN_PROT" in done.stderr
    assert "listen.port" in done.stderr
    assert "pepper" not in done.stderr


def test_the_environment_lies_over_the_file(installation):
    secret = (installation.folder / "pepper.keys").read_text()
    done = with_config(installation, lambda text: text.replace("  pepper_file:", "  #"), VARCO_KEYS_PEPPER=secret)
    assert done.returncode == 0, done.stderr
    assert secret.strip() not in done.stdout + done.stderr


@pytest.mark.parametrize("broken", ["a: [b\n", "a: 'b\n", "\tx: y\n", "a: b: c\n", "%\n", "&a a: *b\n"])
def test_what_is_no_yaml_is_refused_with_its_line(installation, broken):
    text = installation.yaml()
    done = with_config(installation, lambda text: text + broken)
    assert done.returncode == 2
    lines = len(text.splitlines())
    assert any(f"line {number}:" in done.stderr for number in range(lines, lines + 4)), done.stderr


def test_a_key_that_stands_twice_is_named(installation):
    done = with_config(installation, lambda text: text + "node: a\nnode: b\n")
    assert done.returncode == 2 and "node" in done.stderr and "twice" in done.stderr and "line " in done.stderr


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda text: text.replace("type: pin-ordinario", "type: pin-nothing"), "pin-nothing"),
        (lambda text: text.replace("id: pin-dispositivo", "id: pin-ordinario"), "authenticators"),
        (lambda text: text.replace("issuer: http://localhost", "issuer: localhost"), "issuer"),
        (lambda text: text.replace("  plain_http_behind_proxy: true", "  plain_http_behind_proxy: false"), "tls"),
        (lambda text: text + "hashing:\n  iterations: 1\n", "iterations"),
        (lambda text: text + "hashing:\n  memory_kib: 64\n", "memory_kib"),
        (lambda text: text + "tokens:\n  access_lifetime: 1h\n", "access_lifetime"),
        (lambda text: text.replace("type: pin-ordinario", "type: pin-ordinario\n    ceiling: dispositive"), "ceiling"),
        (lambda text: text.replace("[127.0.0.1]", "[nowhere]"), "proxies"),
        (lambda text: text.replace("kek.keys", "no.keys"), "key_encryption_file"),
        (lambda _: "", "issuer"), (lambda _: "- a\n- b\n", "group of keys"), (lambda _: "\x00", "line 1"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_in_one_line_or_more(installation, change, said):
    done = with_config(installation, change)
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_check_warns_of_what_is_allowed_and_unwise(installation):
    done = with_config(installation, lambda text: text.replace("environment: test", "environment: demo"))
    assert done.returncode == 0 and "in order" in done.stdout
    for warning in ("environment is demo", "plain HTTP", "not an https", "weaker than SPID level 2"):
        assert warning in done.stderr


# Refusals that leave everything as it was.


def refused(varco: Varco, change, *command: str, **environment: str) -> str:
    """Refused with one line, nothing changed; the line."""
    before = fingerprint(varco)
    done = with_config(varco, change, *(command or ("serve",)), **environment)
    assert done.returncode not in (0, 70), done.stderr
    assert fingerprint(varco) == before
    assert len(own_lines(done.stderr)) == 1, done.stderr
    return own_lines(done.stderr)[0]


@pytest.mark.parametrize("listener", ["listen", "admin"])
def test_a_port_in_use_is_refused_with_one_line(installation, listener):
    with socket.socket() as taken:
        port = installation.port if listener == "listen" else installation.admin_port
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        line = refused(installation, str)
    assert f"{listener}: " in line and str(port) in line and "in use" in line


@pytest.mark.parametrize("listener", ["listen", "admin"])
def test_a_port_in_use_is_named_last_and_changes_nothing(installation, listener):
    before = fingerprint(installation)
    with socket.socket() as taken:
        port = installation.port if listener == "listen" else installation.admin_port
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = with_config(installation, str, "serve")
    assert done.returncode == 2
    line = done.stderr.strip().splitlines()[-1]
    assert line == f"{listener}: cannot listen on 127.0.0.1:{port}: address already in use"
    assert fingerprint(installation) == before


def test_an_unwritable_data_directory_is_refused_with_one_line(installation):
    (installation.folder / "file").write_text("")
    for place in ("file/x.sqlite", "nowhere/x.sqlite"):
        line = refused(installation, lambda text: text.replace("varco.sqlite", place))
        assert place in line
        assert not (installation.folder / place).parent.is_dir()


def test_a_file_that_is_no_database_is_refused_and_not_overwritten(installation):
    other = installation.folder / "notes.sqlite"
    other.write_bytes(b"these are my notes\n" * 100)
    line = refused(installation, lambda text: text.replace("varco.sqlite", "notes.sqlite"))
    assert "notes.sqlite" in line
    assert other.read_bytes() == b"these are my notes\n" * 100


def test_the_wrong_key_encryption_key_is_refused_with_one_line(installation, tmp_path):
    installation.run("key", "new", str(tmp_path / "other.keys"))
    line = refused(installation, lambda text: text.replace(f"{installation.folder}/kek.keys", f"{tmp_path}/other.keys"))
    assert "key-encryption key" in line


def test_a_right_id_with_another_key_is_refused_too(installation, tmp_path):
    mine = (installation.folder / "kek.keys").read_text()
    installation.run("key", "new", str(tmp_path / "second.keys"))
    other = (tmp_path / "second.keys").read_text()
    forged = mine.replace(mine.split(":", 1)[1].strip(), other.split(":", 1)[1].strip()) if ":" in mine else None
    if forged is None:
        pytest.skip("the key file has another form")
    (tmp_path / "forged.keys").write_text(forged)
    line = refused(installation, lambda text: text.replace(f"{installation.folder}/kek.keys", f"{tmp_path}/forged.keys"))
    assert "key-encryption key" in line
    assert forged.split(":", 1)[1].strip() not in line


def test_a_pepper_that_pins_need_and_nobody_has_is_refused_with_one_line(installation, tmp_path):
    installation.run("key", "new", str(tmp_path / "other.keys"))
    line = refused(installation, lambda text: text.replace(f"{installation.folder}/pepper.keys", f"{tmp_path}/other.keys"))
    assert "pepper" in line


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["citizen", "count"], ["audit", "verify"]])
def test_a_newer_schema_is_refused_with_one_line(make_varco, command):
    varco: Varco = make_varco(tls=False, start=False)
    database = sqlite3.connect(varco.folder / "varco.sqlite")
    columns = [row[1] for row in database.execute("PRAGMA table_info(schema_migrations)")]
    row = dict(zip(columns, database.execute("SELECT * FROM schema_migrations ORDER BY version DESC LIMIT 1").fetchone()))
    row["version"] = 999
    database.execute(f"INSERT INTO schema_migrations ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))
    database.commit()
    database.close()
    line = refused(varco, str, *command)
    assert "999" in line and "newer" in line, line


@pytest.mark.parametrize("kept", [0, 40, 400])
@pytest.mark.parametrize("which", ["server.pem", "server.key"])
def test_a_truncated_pem_is_refused_with_one_line(tmp_path, which, kept):
    varco = Varco(tmp_path / "tls").prepare(citizens=5).start()
    varco.stop()
    path: pathlib.Path = varco.folder / which
    path.write_bytes(path.read_bytes()[: min(kept, path.stat().st_size - 60)])
    assert "listen.tls" in refused(varco, str)


def test_a_refused_first_start_changes_nothing_either(make_varco):
    varco: Varco = make_varco(tls=False, start=False)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", varco.port))
        taken.listen()
        refused(varco, str)
