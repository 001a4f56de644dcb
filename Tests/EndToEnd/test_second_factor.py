"""TOTP as a required second factor, over real HTTP."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from answers import GENERIC, prompt, refused
from varco_process import PKCE, READ, Varco


# The second factor.

def totp(uri: str, at: float) -> str:
    """RFC 6238 from an otpauth URI, written here from the RFC and not shared with the program."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(uri).query).items()}
    padded = query["secret"] + "=" * (-len(query["secret"]) % 8)
    key = base64.b32decode(padded)
    counter = struct.pack(">Q", int(at) // int(query.get("period", "30")))
    digest = hmac.new(key, counter, query.get("algorithm", "SHA1").lower()).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place:place + 4])[0] & 0x7FFFFFFF
    digits = int(query.get("digits", "6"))
    return str(number % 10**digits).zfill(digits)


def test_the_codes_of_this_test_are_those_of_the_rfc():
    uri = "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8"
    assert [totp(uri, at) for at in (59, 1111111109, 20000000000)] == ["94287082", "07081804", "65353130"]


@pytest.fixture(scope="module")
def strong(tmp_path_factory):
    """An installation where a PIN is followed by a code, with people whose PINs were changed before that."""
    varco = Varco(tmp_path_factory.mktemp("totp")).prepare(citizens=12).start()
    people = [varco.person("ordinario") for _ in range(6)]
    varco.require_totp()
    varco.enrollable = people.pop
    yield varco
    varco.stop()


def enrol(varco, person) -> str:
    printed = varco.run("totp", "enroll", person.code).stdout
    assert "█" in printed or "▀" in printed, "a QR code for the terminal"
    uri = next(line for line in printed.splitlines() if line.startswith("otpauth://totp/"))
    assert person.code not in uri
    return uri


def ask_code(varco, person, scope: str = READ, pkce: PKCE | None = None) -> dict:
    module = "pin-dispositivo" if "dispositivo:" in scope else "pin-ordinario"
    question = prompt(varco.attempt(person, person.pin, scope, module, pkce=pkce or PKCE()))
    assert (question["id"], question["authenticator"]) == ("totp", "totp")
    assert [field["name"] for field in question["fields"]] == ["otp"]
    return question


def test_a_required_second_factor_is_asked_after_the_pin_and_shows_in_the_token(strong):
    person = strong.enrollable()
    uri = enrol(strong, person)
    pkce = PKCE()
    question = ask_code(strong, person, pkce=pkce)
    answer = strong.challenge({"auth_session": question["auth_session"], "otp": totp(uri, time.time())})
    token = strong.token(strong.finished(answer, pkce))["access_token"]
    assert set(strong.introspect(token)["amr"]) >= {"pin", "otp"}


def test_a_wrong_code_and_a_replayed_code_are_refused(strong):
    # One person each: a wrong code locks the factor for minutes.
    careless, spied = strong.enrollable(), strong.enrollable()
    uri = enrol(strong, careless)
    right = totp(uri, time.time())
    wrong = str((int(right) + 1) % 10**6).zfill(6)
    near = {totp(uri, time.time() + shift) for shift in (-60, -30, 0, 30, 60)}
    while wrong in near:
        wrong = str((int(wrong) + 1) % 10**6).zfill(6)
    question = ask_code(strong, careless)
    answer = strong.challenge({"auth_session": question["auth_session"], "otp": wrong})
    assert refused(answer, "access_denied") == GENERIC
    # During the lock the right code is refused, too.
    question = ask_code(strong, careless)
    answer = strong.challenge({"auth_session": question["auth_session"], "otp": totp(uri, time.time())})
    assert refused(answer, "access_denied") == GENERIC

    uri = enrol(strong, spied)
    code = totp(uri, time.time())
    question = ask_code(strong, spied)
    assert strong.challenge({"auth_session": question["auth_session"], "otp": code}).status_code == 200
    question = ask_code(strong, spied)
    refused(strong.challenge({"auth_session": question["auth_session"], "otp": code}), "access_denied")


def test_what_is_no_code_is_asked_again_and_does_not_count(strong):
    person = strong.enrollable()
    uri = enrol(strong, person)
    question = ask_code(strong, person)
    again = prompt(strong.challenge({"auth_session": question["auth_session"], "otp": "12ab"}))
    assert "6 digits" in again["message"]
    typed = totp(uri, time.time())
    answer = strong.challenge({"auth_session": again["auth_session"], "otp": f"{typed[:3]} {typed[3:]}"})
    assert answer.status_code == 200, answer.text


def test_somebody_without_the_second_factor_is_told_so_only_after_the_right_pin(strong):
    person = strong.enrollable()
    assert "not been set up" in refused(strong.attempt(person, person.pin), "access_denied")
    refused_words = refused(strong.attempt(person, "WRONG777"), "access_denied")
    assert refused_words == GENERIC


def test_the_second_factor_cannot_be_left_out_by_asking_for_it_first(strong):
    person = strong.enrollable()
    enrol(strong, person)
    answer = strong.attempt(person, person.pin, authenticator="totp")
    assert answer.status_code == 400 and "authorization_code" not in answer.json()
    assert answer.json()["error"] == "access_denied"


def test_a_pin_that_was_just_issued_is_changed_only_after_the_second_factor(strong):
    person = strong.person("ordinario", changed=False)
    uri = enrol(strong, person)
    pkce = PKCE()
    question = ask_code(strong, person, pkce=pkce)
    change = prompt(strong.challenge({"auth_session": question["auth_session"], "otp": totp(uri, time.time())}))
    assert change["id"] == "pin-change"
    answer = strong.challenge({"auth_session": change["auth_session"], "new_pin": change["proposal"]})
    assert strong.token(strong.finished(answer, pkce))["scope"] == READ
