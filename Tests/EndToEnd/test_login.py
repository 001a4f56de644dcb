"""The login conversation and the tokens, over real HTTPS, as a first-party client and a service see them."""

from __future__ import annotations

import json
import re
import uuid

import jwt
import pytest

from answers import GENERIC, prompt, refused
from varco_process import APPLY, PKCE, PORTAL, READ, REGISTRY, fiscal_code


# The first login.

@pytest.fixture(scope="module")
def changing(varco):
    """Somebody in the middle of a forced change; the name of the conversation is new with every answer."""
    person = varco.person("ordinario", changed=False)
    return person, prompt(varco.attempt(person, person.pin))


@pytest.mark.parametrize("choice, words", [
    ("SHORT7X", "must have 8 characters"),
    ("LONGER9XX", "must have 8 characters"),
    ("ABC-#%12!", "only the letters"),
    ("RSSMRA7K", "part of the fiscal code"),
    ("K7ARMSSR", "part of the fiscal code"),
    ("01011980", "date of birth"),
    ("19800101", "date of birth"),
    ("010180KX", "date of birth"),
    ("PASSWORD", "guessed first"),
    ("JUVENTUS", "guessed first"),
    ("P4SSW0RD", "guessed first"),
    ("KX12345Z", "in a row"),
    ("AAAABBBB", "repeats"),
    ("QWERTZ7K", "keyboard"),
    ("", "chosen"),
])
def test_a_bad_choice_of_pin_is_refused_with_words(varco, changing, choice, words):
    _, question = changing
    again = prompt(varco.challenge({"auth_session": question["auth_session"], "new_pin": choice}))
    question["auth_session"] = again["auth_session"]
    assert again["id"] == "pin-change"
    assert again["proposal"] == question["proposal"], "the proposal stays while the person tries"
    if choice:
        assert words in again["message"]
    assert not choice or choice not in again["message"]


def test_the_first_login_forces_the_change_and_the_next_is_with_eight_characters(varco):
    person = varco.person("ordinario", changed=False)
    issued = person.pin
    assert len(issued.replace("-", "")) == 16
    question = prompt(varco.attempt(person, issued))
    assert question["id"] == "pin-change"
    assert [field["name"] for field in question["fields"]] == ["new_pin"]
    assert re.fullmatch("[A-Z0-9]{8}", question["proposal"])
    done = varco.challenge({"auth_session": question["auth_session"], "new_pin": question["proposal"]})
    assert done.status_code == 200, done.text
    assert varco.attempt(person, question["proposal"]).status_code == 200
    # As people type it.
    spaced = question["proposal"][:4].lower() + " " + question["proposal"][4:] + "-"
    assert varco.attempt(person.code.lower(), spaced).status_code == 200
    # The issued one is worth nothing any more.
    assert refused(varco.attempt(person, issued), "access_denied") == GENERIC


def test_nothing_is_given_before_the_change(varco):
    person = varco.person("dispositivo", changed=False)
    question = prompt(varco.attempt(person, person.pin, APPLY, "pin-dispositivo"))
    assert question["id"] == "pin-change"
    answer = varco.post("/oauth2/token", {
        "grant_type": "authorization_code", "code": question["auth_session"], "code_verifier": "x" * 43})
    refused(answer, "invalid_grant")


def test_a_choice_of_ones_own_is_taken_and_counts_from_then_on(varco):
    person = varco.person("ordinario", changed=False)
    question = prompt(varco.attempt(person, person.pin))
    done = varco.challenge({"auth_session": question["auth_session"], "new_pin": "kv7 - 2xq9w"})
    assert done.status_code == 200, done.text
    assert varco.attempt(person, "KV72XQ9W").status_code == 200


# The conversation.

def test_a_login_can_be_led_prompt_by_prompt(varco):
    person = varco.person("ordinario")
    pkce = PKCE()
    choice = prompt(varco.challenge({**pkce.parameters, "scope": READ}))
    assert (choice["id"], set(choice["options"])) == ("authenticator", {"pin-ordinario", "pin-dispositivo"})
    fields = prompt(varco.challenge({"auth_session": choice["auth_session"], "authenticator": "pin-ordinario"}))
    assert fields["authenticator"] == "pin-ordinario"
    kinds = {field["name"]: field["type"] for field in fields["fields"]}
    assert kinds == {"fiscal_code": "text", "pin": "secret"}
    login = varco.finished(varco.challenge({
        "auth_session": fields["auth_session"], "fiscal_code": person.code, "pin": person.pin}), pkce)
    assert varco.token(login)["scope"] == READ
    names = [choice["auth_session"], fields["auth_session"], login.auth_session]
    assert len(set(names)) == 3, "each step has a name of its own"


def test_what_cannot_be_a_fiscal_code_is_asked_again(varco):
    person = varco.person("ordinario")
    question = prompt(varco.attempt("RSSMRA80A01H501X", person.pin))
    assert "fiscal code" in question["message"]
    answer = varco.challenge({"auth_session": question["auth_session"], "fiscal_code": person.code, "pin": person.pin})
    assert answer.status_code == 200, answer.text


def test_a_conversation_is_answered_once_and_by_its_own_client(varco):
    person = varco.person("ordinario")
    question = prompt(varco.challenge({**PKCE().parameters, "scope": READ, "authenticator": "pin-ordinario"}))
    form = {"auth_session": question["auth_session"], "fiscal_code": person.code, "pin": person.pin}
    other = varco.add_client(f"thief-{uuid.uuid4().hex[:6]}", "--first-party", "--scope", READ, "--resource", PORTAL)
    refused(varco.challenge(form, other), "invalid_session")
    assert varco.challenge(form).status_code == 200
    refused(varco.challenge(form), "invalid_session")


@pytest.mark.parametrize("name", ["c.", "s.", "c.unknown", "s.unknown", "nonsense", "c." + "A" * 5000])
def test_an_unknown_conversation_or_session_is_an_invalid_session(varco, name):
    refused(varco.challenge({**PKCE().parameters, "scope": READ, "auth_session": name}), "invalid_session")


def test_unknown_citizen_and_wrong_pin_are_refused_alike(varco):
    person = varco.person("ordinario")
    unenrolled = varco.person()
    answers = [
        varco.attempt(person, "WRONG777"), varco.attempt(fiscal_code(999), "WRONG777"),
        varco.attempt(unenrolled, "WRONG777"), varco.attempt(person, person.pin)]
    assert len({answer.text for answer in answers}) == 1, [answer.text for answer in answers]
    assert len({answer.status_code for answer in answers}) == 1
    plain = [{key: value for key, value in answer.headers.items() if key not in ("X-Request-Id", "Date")}
             for answer in answers]
    assert all(one == plain[0] for one in plain)
    assert refused(answers[0], "access_denied") == GENERIC


def test_a_stranger_locks_the_shared_bucket_and_the_owner_still_gets_in_with_the_device_cookie(varco):
    person = varco.person("ordinario")
    cookie = varco.login(person).device
    assert cookie and len(cookie) <= 64
    # The stranger's first failure locks for three minutes.
    refused(varco.attempt(person, "WRONG777"), "access_denied")
    assert refused(varco.attempt(person, person.pin), "access_denied") == GENERIC
    assert varco.attempt(person, person.pin, device=cookie).status_code == 200
    # The owner's own failure locks the owner's own bucket.
    refused(varco.attempt(person, "WRONG777", device=cookie), "access_denied")
    refused(varco.attempt(person, person.pin, device=cookie), "access_denied")


def test_a_made_up_device_cookie_is_a_stranger(varco):
    person = varco.person("ordinario")
    other = varco.person("ordinario")
    theirs = varco.login(other).device
    refused(varco.attempt(person, "WRONG777"), "access_denied")
    for device in ("x" * 43, theirs, "short", "y" * 500):
        refused(varco.attempt(person, person.pin, device=device), "access_denied")


def test_the_device_cookie_has_the_attributes_that_keep_it_home(varco):
    person = varco.person("ordinario")
    answer = varco.attempt(person, person.pin)
    attributes = {part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)


# Step-up.

def test_a_step_up_asks_for_the_pin_only_and_gives_the_dispositive_scope(varco):
    person = varco.person("dispositivo")
    login = varco.login(person)
    pkce = PKCE()
    question = prompt(varco.challenge({
        **pkce.parameters, "auth_session": login.auth_session, "scope": f"{READ} {APPLY}"}))
    assert question["authenticator"] == "pin-dispositivo"
    assert [field["name"] for field in question["fields"]] == ["pin"]
    answer = varco.challenge({"auth_session": question["auth_session"], "pin": person.pin})
    assert set(varco.token(varco.finished(answer, pkce))["scope"].split()) == {READ, APPLY}


def test_a_second_login_as_ordinario_is_no_step_up(varco):
    person = varco.person("dispositivo")
    login = varco.login(person)
    answer = varco.challenge({
        **PKCE().parameters, "auth_session": login.auth_session, "scope": APPLY, "authenticator": "pin-ordinario",
        "pin": person.pin})
    assert answer.status_code == 400
    assert "authorization_code" not in answer.json()


def test_another_persons_pin_in_a_step_up_is_refused(varco):
    owner, other = varco.person("dispositivo"), varco.person("dispositivo")
    login = varco.login(owner)
    question = prompt(varco.challenge({**PKCE().parameters, "auth_session": login.auth_session, "scope": APPLY}))
    answer = varco.challenge({
        "auth_session": question["auth_session"], "fiscal_code": other.code, "pin": other.pin})
    assert refused(answer, "access_denied") == GENERIC


def test_a_pin_ordinario_cannot_step_up_and_the_owner_is_told_why(varco):
    person = varco.person("ordinario")
    login = varco.login(person)
    answer = varco.challenge({
        **PKCE().parameters, "auth_session": login.auth_session, "scope": APPLY, "pin": person.pin})
    assert "not dispositivo" in refused(answer, "access_denied")


def test_a_profile_without_the_area_gets_no_scope_of_it_whatever_the_login(varco):
    person = varco.person("dispositivo", profile="pensioner")
    words = refused(varco.attempt(person, person.pin, APPLY, "pin-dispositivo"), "access_denied")
    assert "area" in words


# What a client asks wrongly.

@pytest.mark.parametrize("change, error", [
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"scope": None}, "invalid_request"),
    ({"scope": "consultazione:unknown-service"}, "invalid_scope"),
    ({"scope": "openid"}, "invalid_scope"),
    ({"scope": 'bad"scope'}, "invalid_scope"),
    ({"resource": "https://elsewhere.example"}, "invalid_target"),
    ({"resource": REGISTRY}, "invalid_target"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"max_age": "soon"}, "invalid_request"),
])
def test_a_malformed_request_gets_the_error_of_its_standard(varco, change, error):
    form = {**PKCE().parameters, "scope": READ, "authenticator": "pin-ordinario", **change}
    refused(varco.challenge({key: value for key, value in form.items() if value is not None}), error)


def test_a_parameter_that_stands_there_twice_is_refused(varco):
    form = [*PKCE().parameters.items(), ("scope", READ), ("scope", APPLY)]
    address = f"{varco.url}/oauth2/authorize-challenge"
    answer = varco.http.post(address, data=form, auth=(varco.app.id, varco.app.secret))
    refused(answer, "invalid_request")


def test_a_code_needs_its_verifier_and_is_spent_by_a_wrong_one(varco):
    person = varco.person("ordinario")
    login = varco.login(person)
    wrong = varco.post("/oauth2/token", {
        "grant_type": "authorization_code", "code": login.code, "code_verifier": "w" * 43})
    refused(wrong, "invalid_grant")
    refused(varco.redeem(login), "invalid_grant")
    missing = varco.post("/oauth2/token", {"grant_type": "authorization_code", "code": varco.login(person).code})
    refused(missing, "invalid_request")


def test_a_code_used_twice_ends_what_the_first_use_gave(varco):
    person = varco.person("ordinario")
    login = varco.login(person)
    tokens = varco.token(login)
    refused(varco.redeem(login), "invalid_grant")
    assert varco.introspect(tokens["access_token"])["active"] is False
    refused(varco.refresh(tokens["refresh_token"]), "invalid_grant")


def test_a_code_is_its_clients_own(varco):
    person = varco.person("ordinario")
    login = varco.login(person)
    other = varco.add_client(f"other-{uuid.uuid4().hex[:6]}", "--first-party", "--scope", READ, "--resource", PORTAL)
    refused(varco.redeem(login, other), "invalid_grant")


def test_the_access_token_is_one_of_rfc_9068(varco):
    person = varco.person("dispositivo")
    reply = varco.token(varco.login(person, APPLY))
    token = reply["access_token"]
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "at+jwt" and header["alg"] == "ES256"
    keys = jwt.PyJWKSet.from_dict(varco.get("/oauth2/jwks").json())
    claims = jwt.decode(token, keys[header["kid"]].key, ["ES256"], audience=PORTAL, issuer=varco.issuer, leeway=2)
    assert {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "auth_time", "acr", "amr"} <= set(claims)
    assert claims["exp"] - claims["iat"] <= 300, "R4: five minutes at most with a dispositive scope"
    assert claims["client_id"] == "app" and claims["acr"] == "urn:varco:acr:pin-dispositivo"
    assert person.code not in json.dumps(claims)
