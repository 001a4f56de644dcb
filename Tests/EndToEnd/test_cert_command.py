"""`varco cert verify` and `varco trust import`, as an operator or a script uses them."""

from __future__ import annotations

import json
import subprocess

import pytest

from cns_gateway import CardGateway
from cns_pki import DemoPKI, demo_pki, demo_pki_copy  # noqa: F401  fixtures
from varco_process import binary, wait_until


def verify(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binary(), "cert", "verify", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def files(pki: DemoPKI, name: str, *, with_crls: bool = True) -> list[object]:
    card = pki[name]
    crls = pki.folder / "all.crl.pem"
    if not crls.exists():
        crls.write_text("".join(path.read_text() for path in pki.crls_in_pem()))
    more = ["--crls", crls] if with_crls else []
    return ["--leaf", card.certificate, "--chain", card.issuer, "--anchors", pki.anchor, *more]


# One certificate.


def test_a_good_card_is_accepted_and_a_revoked_one_is_not(demo_pki):  # noqa: F811
    done = verify(*files(demo_pki, "good"))
    assert (done.returncode, done.stdout) == (0, "accepted\n"), done
    done = verify(*files(demo_pki, "revoked"))
    assert done.returncode == 1 and done.stdout.startswith("rejected: revoked"), done
    assert verify(*files(demo_pki, "revoked", with_crls=False)).returncode == 0


@pytest.mark.parametrize("name, reason", [
    ("expired", "expired"), ("not-yet-valid", "not-yet-valid"), ("weak-key", "weak-key"), ("sha1", "weak-hash"),
    ("impostor", ""),
])
def test_each_reason_has_its_word(demo_pki, name, reason):  # noqa: F811
    done = verify(*files(demo_pki, name), "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and answer["valid"] is False
    assert answer["reason"].startswith(reason) and answer["reason"]


def test_the_profile_of_the_card_comes_on_top_of_the_path(demo_pki):  # noqa: F811
    assert verify(*files(demo_pki, "wrong-policy")).returncode == 0
    done = verify(*files(demo_pki, "wrong-policy"), "--profile", "cns")
    assert done.returncode == 1 and "cns-policy" in done.stdout
    assert verify(*files(demo_pki, "good"), "--profile", "cns").returncode == 0


def test_the_time_decides(demo_pki):  # noqa: F811
    late = verify(*files(demo_pki, "good", with_crls=False), "--time", "2099-01-01T00:00:00Z")
    assert late.returncode == 1 and "expired" in late.stdout


def test_policies_and_depth_are_inputs(demo_pki):  # noqa: F811
    good = files(demo_pki, "good")
    assert verify(*good, "--policy", "1.3.76.16.2.1", "--require-explicit-policy").returncode in (0, 1)
    assert verify(*good, "--policy", "1.2.3.4", "--require-explicit-policy").returncode == 1
    assert verify(*good, "--max-depth", "1").returncode == 0
    assert verify(*good, "--max-depth", "0").returncode == 1


@pytest.mark.parametrize("change, words", [
    (["--leaf", "/nowhere.pem"], "cannot be read"), (["--time", "yesterday"], "RFC 3339"),
    (["--purpose", "everything"], "clientAuth or any"), (["--policy", "1.x"], "object identifier"),
    (["--max-depth", "99"], "0 to 32"), (["--profile", "qes"], "path or cns"),
])
def test_wrong_usage_is_status_2_and_says_what(demo_pki, change, words):  # noqa: F811
    done = verify(*files(demo_pki, "good"), *change)
    assert done.returncode == 2 and words in done.stderr, done


@pytest.mark.parametrize("content", [
    b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\0" * 1000, b"-----BEGIN CERTIFICATE-----\nAAAA\n",
    b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", b"hello", b"\x30\x80" * 500_000,
    b"\x30\x82\x03\xe8" * 250_000,
], ids=["empty", "one octet", "endless length", "NULs", "cut PEM", "no base64", "text", "nested indefinite", "nested"])
def test_what_is_no_certificate_is_rejected_with_a_reason(demo_pki, tmp_path, content):  # noqa: F811
    file = tmp_path / "leaf"
    file.write_bytes(content)
    done = verify("--leaf", file, "--anchors", demo_pki.anchor, "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["reason"]


def test_a_bundle_of_ten_thousand_answers_quickly(demo_pki, tmp_path):  # noqa: F811
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(demo_pki["good"].issuer.read_text() * 10_000)
    done = verify("--leaf", demo_pki["good"].certificate, "--chain", bundle, "--anchors", demo_pki.anchor)
    assert done.returncode == 1 and "too-" in done.stdout


# Many.


def test_a_batch_answers_line_by_line_and_keeps_ids(demo_pki):  # noqa: F811
    card = demo_pki["good"]
    good = {"leaf": str(card.certificate), "chain": str(card.issuer), "anchors": str(demo_pki.anchor)}
    questions = [
        {"id": "a", **good}, {"id": 2, **good, "crls": ""}, {"id": "c", **good, "time": "2099-01-01T00:00:00Z"},
        {"id": "d", "anchors": good["anchors"]}, {"id": "e", **good, "leaf": "/nowhere"},
        {"id": "f", **good, "max_depth": 0}, {"id": "g", **good, "policies": ["1.2.3"], "explicit_policy": True},
    ]
    process = subprocess.Popen(
        [binary(), "cert", "verify", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    found = {}
    for question in questions:
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        # Flushed: the answer is there before the next question is asked.
        answer = json.loads(process.stdout.readline())
        found[answer["id"]] = answer["valid"]
        assert isinstance(answer["reason"], str) and answer["reason"]
    process.stdin.write("this is no JSON\n\n{}\n")
    process.stdin.close()
    rest = [json.loads(line) for line in process.stdout]
    assert [one["valid"] for one in rest] == [False, False]
    assert process.wait(10) == 0
    assert found == {"a": True, 2: True, "c": False, "d": False, "e": False, "f": False, "g": False}


def batch(*lines: str) -> list[dict]:
    done = subprocess.run(
        [binary(), "cert", "verify", "--batch"], input="\n".join(lines), capture_output=True, text=True, timeout=60,
        check=True)
    return [json.loads(line, parse_float=str, parse_int=str) for line in done.stdout.splitlines()]


def test_a_batch_says_what_is_wrong_with_a_line(demo_pki):  # noqa: F811
    card = demo_pki["revoked"]
    good = {"leaf": str(card.certificate), "chain": str(card.issuer), "anchors": str(demo_pki.anchor)}
    answers = batch(
        json.dumps({**good, "crl": "all.crl"}), json.dumps({**good, "leaf": ""}), "[1]", "7", "x" * (3 << 20),
        json.dumps({**good, "anchors": 3}), json.dumps({**good, "id": "last"}))
    words = ["crl is unknown", "leaf is empty", "no JSON object", "no JSON object", "too long", "anchors", "accepted"]
    assert len(answers) == len(words)
    for answer, word in zip(answers, words):
        assert word in answer["reason"] and answer["valid"] is (word == "accepted"), answer
    assert answers[-1]["id"] == "last"


@pytest.mark.parametrize("written", [
    "1.0", "1e2", "123456789012345678901234567890", "null", "true", "[ ]",
    '"a\\u0062"', '"}, \\"id\\": 2"', '{"a": [1, {"id": 3}], "b": "]"}',
])
def test_an_id_comes_back_as_it_was_written(written):
    lines = "\n".join([f'{{"leaf": "id", "x": {{"id": 9}}, "id" : {written} , "anchors": "/x"}}', f'{{"id":{written}}}'])
    done = subprocess.run(
        [binary(), "cert", "verify", "--batch"], input=lines, capture_output=True, text=True, timeout=60, check=True)
    answers = done.stdout.splitlines()
    assert len(answers) == 2 and all(line.startswith(f'{{"id":{written},"valid":false') for line in answers), answers


def test_a_time_may_have_small_letters(demo_pki):  # noqa: F811
    done = verify(*files(demo_pki, "good", with_crls=False), "--time", "2099-01-01t00:00:00z")
    assert done.returncode == 1 and "expired" in done.stdout


# The trusted list.


@pytest.fixture
def empty_gateway(tmp_path, demo_pki_copy):  # noqa: F811
    installation = CardGateway(tmp_path / "trust", demo_pki_copy).prepare()
    (installation.anchors / "root.pem").unlink()
    yield installation
    if installation.process is not None:
        installation.stop()


def test_a_trusted_list_shows_its_difference_and_is_applied_when_told(empty_gateway):
    pki = empty_gateway.pki
    tsl, signer = pki.make_tsl(), pki.folder / "tsl" / "signer.pem"
    assert "no anchors yet" in empty_gateway.run("check").stderr
    empty_gateway.start()
    assert empty_gateway.problem(pki["good"]) == "certificate-untrusted"
    done = empty_gateway.run("trust", "import", str(tsl), "--signer", str(signer), check=False)
    assert done.returncode == 1 and "nothing was changed" in done.stdout
    expected = done.stdout.split("--expect ")[1].split()[0]
    other = empty_gateway.run(
        "trust", "import", str(tsl), "--signer", str(signer), "--yes", "--expect", "0" * 64, check=False)
    assert other.returncode == 1 and "not the expected one" in other.stderr
    assert list(empty_gateway.anchors.glob("*.pem")) == []
    done = empty_gateway.run(
        "trust", "import", str(tsl), "--signer", str(signer), "--yes", "--json", "--expect", expected)
    answer = json.loads(done.stdout)
    assert answer["applied"] is True and len(answer["added"]) == 3 and answer["digest"] == expected, answer
    assert answer["nextUpdate"].startswith("20") and answer["nextUpdate"].endswith("Z")
    # The running gateway takes them up by itself.
    wait_until(lambda: empty_gateway.problem(pki["good"]) == "accepted", 60, "the new anchors count", every=1)
    assert empty_gateway.problem(pki["impostor"]) == "certificate-untrusted"
    again = empty_gateway.run("trust", "import", str(tsl), "--signer", str(signer), "--yes")
    assert "nothing to do" in again.stdout
    exported = empty_gateway.run("audit", "export").stdout
    assert '"kind":"trust-imported"' in exported.replace(" ", "")
    assert "begun" in exported and all(one["fingerprint"] in exported for one in answer["added"])


def test_an_import_that_fails_is_not_called_applied_and_is_on_record(empty_gateway):
    pki = empty_gateway.pki
    tsl, signer = pki.make_tsl(), pki.folder / "tsl" / "signer.pem"
    # Not even root makes a folder there.
    done = empty_gateway.run(
        "trust", "import", str(tsl), "--signer", str(signer), "--yes", "--folder", "/proc/nowhere/anchors", check=False)
    assert done.returncode != 0 and "applied" not in done.stdout
    exported = empty_gateway.run("audit", "export").stdout
    assert "begun" in exported and "failed" in exported


def test_a_trusted_list_never_goes_back(empty_gateway):
    pki = empty_gateway.pki
    signer = str(pki.folder / "tsl" / "signer.pem")
    older = pki.make_tsl(sequence=1).read_bytes()
    newer = pki.make_tsl(sequence=2)
    empty_gateway.run("trust", "import", str(newer), "--signer", signer, "--yes")
    newer.write_bytes(older)
    done = empty_gateway.run("trust", "import", str(newer), "--signer", signer, "--yes", check=False)
    assert done.returncode == 1 and "sequence" in done.stderr


@pytest.mark.parametrize("spoil", ["unsigned", "other signer", "changed", "empty", "no XML"])
def test_a_list_that_is_not_as_it_should_be_changes_nothing(empty_gateway, spoil, tmp_path):
    pki = empty_gateway.pki
    tsl = pki.make_tsl()
    signer = pki.folder / "tsl" / "signer.pem"
    text = tsl.read_text()
    if spoil == "unsigned":
        start, end = text.index("<ds:Signature"), text.index("</ds:Signature>") + len("</ds:Signature>")
        tsl.write_text(text[:start] + text[end:])
    if spoil == "other signer":
        signer = pki.anchor
    if spoil == "changed":
        tsl.write_text(text.replace("IdV", "IdW", 1))
    if spoil == "empty":
        tsl.write_text("")
    if spoil == "no XML":
        tsl.write_text("hello")
    done = empty_gateway.run("trust", "import", str(tsl), "--signer", str(signer), "--yes", check=False)
    assert done.returncode == 1 and done.stderr.strip(), done
    assert not list(empty_gateway.anchors.glob("*.pem"))
