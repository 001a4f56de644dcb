"""The commands: what they take, what they print, which status they end with, and what they never repeat."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest

from varco_process import PORTAL, READ, Varco, binary, fiscal_code

A, B, C = (fiscal_code(number, names="VRDGPP") for number in (501, 502, 503))
WRONG = A[:-1] + ("A" if A[-1] != "A" else "B")
HEADER = "fiscal_code,given_name,family_name,profiles"


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Varco:
    return Varco(tmp_path_factory.mktemp("office"), tls=False).prepare(citizens=30)


def commands(*path: str) -> list[list[str]]:
    """Every command that the help names, found by asking."""
    help = subprocess.run([binary(), *path, "--help"], capture_output=True, text=True, check=True).stdout
    _, _, below = help.partition("SUBCOMMANDS:\n")
    names = [line.split()[0] for line in below.splitlines() if line.startswith("  ") and line[2] != " " and "See " not in line]
    return [list(path)] + [found for name in names for found in commands(*path, name)]


# Help and usage.


def test_every_command_has_help_that_names_its_arguments():
    found = commands()
    names = {" ".join(command) for command in found}
    assert {"serve", "demo", "check", "migrate", "citizen import", "pin issue", "client add", "service apply", "key rotate",
            "audit verify", "module list", "totp enroll"} <= names  # fmt: skip
    for command in found:
        text = subprocess.run([binary(), *command, "--help"], capture_output=True, text=True, check=True).stdout
        assert text.startswith("OVERVIEW: ") and f"USAGE: {' '.join(['varco', *command])}" in text
        usage = next(line for line in text.splitlines() if line.startswith("USAGE"))
        for word in usage.replace("[", " ").replace("]", " ").split():
            if word.startswith("<") and word not in ("<subcommand>", "<options>"):
                assert text.count(word) > 1, (command, word)
        if command and command[0] not in ("demo",) and "<subcommand>" not in usage and command not in (
                ["key", "new"], ["cert", "verify"], ["module", "check"], ["module", "new"]):
            assert "--config" in text, command


@pytest.mark.parametrize("arguments", [
    ["nothing"], ["pin"], ["pin", "issue"], ["pin", "issue", "x", "--grade"], ["serve", "--nothing"], ["citizen", "import"],
    ["pin", "status", "a", "b"], ["demo", "--port", "soon"], ["demo", "--port", "70000"], ["demo", "--citizens", "1"],
    ["key", "rotate"], ["client", "add"], ["serve", "extra"],
])  # fmt: skip
def test_wrong_usage_ends_with_2(office, arguments):
    done = office.run(*arguments, check=False)
    if arguments == ["pin"]:
        assert done.returncode in (0, 2)  # It shows its help.
        return
    assert done.returncode == 2 and done.stdout == "" and done.stderr


# Citizens.


def imported(office: Varco, name: str, text: str | bytes, *options: str) -> subprocess.CompletedProcess:
    file = office.folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return office.run("citizen", "import", str(file), *options, check=False)


def test_bad_rows_are_named_by_line_and_reason_and_the_rest_goes_in(office):
    code = fiscal_code(601, names="VRDGPP")
    rows = [HEADER, f"{code},Anna,Verdi,pensioner", f"{WRONG},Ugo,Bianchi,pensioner", f"{A},,Neri,", f"{B},Ida,Gialli,astronaut",
            "x,y", f"{C},Eva,Rosa,worker-private"]  # fmt: skip
    done = imported(office, "bad.csv", "\n".join(rows) + "\n")
    assert done.returncode == 1
    assert done.stdout.strip() == "2 added, 0 changed, 0 unchanged, 4 rejected"
    for line, reason in [(3, "last character"), (4, "given_name is empty"), (5, "profile"), (6, "")]:
        assert any(f"line {line}: " in text and reason in text for text in done.stderr.splitlines()), done.stderr
    for secret in (code, WRONG, A, B, C, "Bianchi", "Neri"):
        assert secret not in done.stdout + done.stderr


def test_importing_twice_changes_nothing(office):
    rows = "\n".join([HEADER] + [f"{fiscal_code(number, names='NREGNN')},Gianni,Neri,pensioner" for number in range(40)]) + "\n"
    assert imported(office, "twice.csv", rows).stdout.strip() == "40 added, 0 changed, 0 unchanged, 0 rejected"
    before = office.run("citizen", "count").stdout
    again = imported(office, "twice.csv", rows)
    assert (again.returncode, again.stdout.strip()) == (0, "0 added, 0 changed, 40 unchanged, 0 rejected")
    assert office.run("citizen", "count").stdout == before
    changed = imported(office, "twice.csv", rows.replace("Gianni", "Giovanni", 1))
    assert changed.stdout.strip() == "0 added, 1 changed, 39 unchanged, 0 rejected"


def test_json_lines_are_taken_and_bad_ones_named(office):
    lines = [
        json.dumps({"fiscal_code": fiscal_code(701, names="VRDGPP"), "given_name": "Ada", "family_name": "Verdi", "profiles": ["pensioner"]}),
        "no json", "[]", '{"fiscal_code": "', json.dumps({"fiscal_code": WRONG, "given_name": "Ada", "family_name": "Verdi"}),
    ]  # fmt: skip
    done = imported(office, "people.jsonl", "\n".join(lines) + "\n")
    assert done.returncode == 1 and done.stdout.startswith("1 added") and "4 rejected" in done.stdout
    for line in (2, 3, 4, 5):
        assert f"line {line}: " in done.stderr
    assert WRONG not in done.stderr


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_semicolons_a_bom_and_quotes_are_read(office, newline):
    number = 801 if newline == "\n" else 802
    code = fiscal_code(number, names="VRDGPP")
    text = f'\ufefffiscal_code;family_name;given_name;profiles{newline}{code.lower()};"D\'Angelo; detto ""Pio""";Pio;pensioner{newline}'
    done = imported(office, "semicolon.csv", text)
    assert (done.returncode, done.stdout.strip()) == (0, "1 added, 0 changed, 0 unchanged, 0 rejected"), done.stderr
    shown = json.loads(office.run("citizen", "show", code, "--json").stdout)
    assert shown["familyName"] == "D'Angelo; detto \"Pio\"" and shown["profiles"] == ["pensioner"]


@pytest.mark.parametrize("text, said", [
    (b"", "empty"), (b"\xef\xbb\xbf", "empty"), (f"{A},Anna,Verdi\n".encode(), "fiscal_code"),
    (b"fiscal_code,given_name\n", "family_name"), (b"fiscal_code,given_name,family_name,shoe_size\n", "shoe_size"),
    (b"fiscal_code,fiscal_code,given_name,family_name\n", "twice"), (b"\x00\xff\xfe", ""),
])  # fmt: skip
def test_a_file_without_a_right_header_imports_nothing(office, text, said):
    before = office.run("citizen", "count").stdout
    done = imported(office, "header.csv", text)
    assert done.returncode in (1, 2) and done.stdout == "" and said in done.stderr
    assert A not in done.stderr and len(done.stderr.splitlines()) == 1
    assert office.run("citizen", "count").stdout == before


def test_a_missing_file_is_one_line(office):
    done = office.run("citizen", "import", str(office.folder / "nowhere.csv"), check=False)
    assert done.returncode in (1, 2) and len(done.stderr.splitlines()) == 1 and "nowhere.csv" in done.stderr


def test_a_hundred_thousand_rows_are_imported_in_flat_memory(make_varco):
    varco: Varco = make_varco(tls=False, start=False)
    file = varco.folder / "many.csv"
    months = "ABCDEHLMPRST"
    with file.open("w") as out:
        out.write(HEADER + "\n")
        for number in range(100_000):
            birth = f"{number // 12_000 + 60:02d}{months[number // 1000 % 12]}01"
            out.write(f"{fiscal_code(number % 1000, names='BLLMRA', birth=birth)},Mara,Belli,pensioner\n")
    process = subprocess.Popen(
        varco.command("citizen", "import", str(file)), env=varco.environment, cwd=varco.folder, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, peak_memory(process.pid))
        time.sleep(0.05)
    assert process.stdout.read().strip() == "100000 added, 0 changed, 0 unchanged, 0 rejected"
    assert 0 < peak < 200 * 1024, f"{peak} KiB"


def peak_memory(pid: int) -> int:
    """In KiB; 0 once the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


# PINs.


def test_a_second_issue_replaces_the_first_pin(make_varco):
    varco: Varco = make_varco(tls=False)
    person = varco.person("ordinario", changed=False)
    first = person.pin
    varco.issue_pin(person, "ordinario")
    assert varco.attempt(person, first).json()["error"] == "access_denied"
    person_again = json.loads(varco.run("pin", "status", person.code, "--json").stdout)
    assert person_again["grade"] == "ordinario" and person_again["form"] == "issued"
    varco.issue_pin(person, "dispositivo")
    assert varco.change_issued_pin(person)
    assert json.loads(varco.run("pin", "status", person.code, "--json").stdout)["form"] == "changed"


@pytest.mark.parametrize("command", [["pin", "issue", "{}", "--grade", "ordinario"], ["pin", "status", "{}"], ["pin", "revoke", "{}"],
                                     ["pin", "convert", "{}"], ["citizen", "show", "{}"]])  # fmt: skip
def test_a_fiscal_code_is_never_repeated_by_a_refusal(office, command):
    for code, status in ((WRONG, 2), ("nonsense", 2), (fiscal_code(998, names="VRDGPP"), 1)):
        done = office.run(*(part.format(code) for part in command), check=False)
        assert done.returncode == status, (command, done.stderr)
        assert done.stdout == "" and code not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_pin_is_shown_once_and_a_wrong_grade_issues_none(office):
    person = office.person()
    assert office.run("pin", "issue", person.code, "--grade", "gold", check=False).returncode == 2
    assert office.run("pin", "status", person.code, check=False).returncode == 1
    pin = json.loads(office.run("pin", "issue", person.code, "--grade", "ordinario", "--json").stdout)["pin"]
    status = office.run("pin", "status", person.code).stdout + office.run("pin", "status", person.code, "--json").stdout
    assert pin not in status and person.code not in status
    assert office.run("pin", "convert", person.code).returncode == 0
    assert json.loads(office.run("pin", "status", person.code, "--json").stdout)["grade"] == "dispositivo"
    assert office.run("pin", "revoke", person.code).returncode == 0
    assert office.run("pin", "revoke", person.code, check=False).returncode == 1


# Clients and the catalogue.


def test_a_client_is_added_once_and_its_secret_shown_once(office):
    arguments = ["client", "add", "one", "--scope", READ, "--resource", PORTAL]
    first = office.run(*arguments)
    secret = first.stdout.strip().rsplit(" ", 1)[1]
    assert len(secret) >= 43
    again = office.run(*arguments, check=False)
    assert again.returncode == 1 and len(again.stderr.splitlines()) == 1
    assert secret not in office.run("client", "list").stdout + office.run("client", "list", "--json").stdout
    assert office.run("client", "remove", "one").returncode == 0
    assert office.run("client", "remove", "one", check=False).returncode == 1


def test_a_client_id_that_is_taken_is_called_so(office):
    done = office.run("client", "add", "app", check=False)
    assert done.returncode == 1 and "app" in done.stderr


@pytest.mark.parametrize("options", [
    ["--scope", "consultazione:"], ["--scope", "consultazione:X Y"], ["--scope", "\"'"], ["--auth", "none"], ["--grant", "password"],
    ["--auth", "private_key_jwt"], ["--auth", "private_key_jwt", "--jwks", "/nowhere"], ["--resource", "https://nowhere.example"],
])  # fmt: skip
def test_a_client_with_a_bad_option_is_not_added(office, options):
    done = office.run("client", "add", "bad", *options, check=False)
    assert done.returncode in (1, 2) and len(done.stderr.splitlines()) == 1, done.stderr
    assert "bad" not in [client["id"] for client in json.loads(office.run("client", "list", "--json").stdout)]


@pytest.mark.parametrize("scope", ["nonsense", "consultazione:nonsense", "dispositivo:ricongiunzione.nonsense", "consultation:estratto-conto"])
def test_a_scope_that_does_not_exist_is_refused_at_the_counter(office, scope):
    assert office.run("client", "add", scope.replace(":", "-"), "--scope", scope, check=False).returncode != 0


def test_a_catalogue_with_several_errors_names_all_of_them_and_stays_out_of_force(office):
    before = office.run("service", "list", "--json").stdout
    bad = office.folder / "bad-catalogue.yaml"
    bad.write_text("""profiles:
  - id: a
    areas: [x]
    colour: red
services:
  - id: UPPER
    name: x
    areas: [x]
    rights: [everything]
  - id: twice
    name: x
    areas: [x]
    rights: [consultation]
  - id: twice
    name: x
    areas: [x]
    rights: [consultation]
resources:
  - id: not an address
    hosts: [portale.example]
    sector: s
    services: [nowhere]
""")
    done = office.run("service", "apply", str(bad), check=False)
    assert done.returncode == 2
    for part in ("line 4: ", "colour", "line 9: ", "everything", "UPPER", "twice", "nowhere"):
        assert part in done.stderr, (part, done.stderr)
    assert office.run("service", "list", "--json").stdout == before


@pytest.mark.parametrize("command", [
    ["client", "list"], ["service", "list"], ["key", "list"], ["module", "list"], ["citizen", "show", "{}"], ["pin", "status", "{}"],
])  # fmt: skip
def test_whatever_lists_also_lists_as_json(office, command):
    person = office.person("ordinario", changed=False) if "{}" in command else None
    command = [part.format(person.code if person else "") for part in command]
    assert json.loads(office.run(*command, "--json").stdout)
    assert office.run(*command).stdout.strip()


def test_module_list_shows_what_there_is_and_what_is_on(office):
    view = json.loads(office.run("module", "list", "--json").stdout)
    assert {"pin-ordinario", "pin-dispositivo", "totp"} <= set(view["types"])
    rights = {instance["id"]: instance["right"] for instance in view["instances"]}
    assert rights == {"pin-ordinario": "consultation", "pin-dispositivo": "dispositive"}


def test_audit_export_is_json_lines_without_a_fiscal_code(office):
    person = office.person("ordinario", changed=False)
    exported = office.run("audit", "export").stdout
    records = [json.loads(line) for line in exported.splitlines()]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert person.code not in exported and person.pin not in exported
    assert {"pin-issued", "client-added", "catalogue-applied", "citizens-imported"} <= {record["kind"] for record in records}


def test_who_acts_is_in_the_record(office):
    office.run("pin", "issue", office.person().code, "--grade", "ordinario", "--staff", "anna.rossi")
    last = json.loads(office.run("audit", "export").stdout.splitlines()[-1])
    assert (last["kind"], last["actor"]) == ("pin-issued", "staff:anna.rossi")


def test_a_closed_pipe_is_no_crash(office):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        office.command("audit", "export"), env=office.environment, cwd=office.folder, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.returncode >= 0, f"ended by signal {-done.returncode}"
