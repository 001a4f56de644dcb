"""The login conversation and the tokens, over real HTTPS, as a first-party client and a service see them."""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
import struct
import subprocess
import time
import uuid
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from varco_process import APPLY, PKCE, PORTAL, READ, REGISTRY, Varco, fiscal_code, wait_until

GENERIC = "the credentials were not accepted"


def refused(answer, error: str, status: int = 400) -> str:
    """Checks an OAuth error's form and returns its words."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"] == error, body
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]
    return body["error_description"]


def prompt(answer) -> dict:
    """Checks that the answer is one more question and returns it with its `auth_session`."""
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["error"] == "insufficient_authorization", body
    assert 0 < body["expires_in"] <= 600
    return {**body["prompt"], "auth_session": body["auth_session"]}


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


# Clients.

@pytest.fixture(scope="module")
def signer(varco, tmp_path_factory):
    """A client that authenticates by private_key_jwt, and a maker of its assertions."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    public |= {"kid": "one", "alg": "ES256", "use": "sig"}
    path = tmp_path_factory.mktemp("jwks") / "jwks.json"
    path.write_text(json.dumps({"keys": [public]}))

    def assertion(**changes) -> str:
        now = int(time.time())
        claims = {"iss": "signer", "sub": "signer", "aud": f"{varco.issuer}/oauth2/token", "iat": now, "exp": now + 50,
                  "jti": uuid.uuid4().hex, **changes}
        signing = changes.pop("key", key)
        claims.pop("key", None)
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(given, signing, "ES256", {"kid": "one"})

    client = varco.add_client(
        "signer", "--jwks", str(path), "--grant", "client_credentials", "--resource", PORTAL, "--introspect", PORTAL,
        method="private_key_jwt", assertion=assertion)
    return client, assertion


def assertion_form(assertion: str) -> dict:
    return {"grant_type": "client_credentials", "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}


def test_a_client_with_a_good_assertion_is_let_in(varco, signer):
    client, _ = signer
    answer = varco.post("/oauth2/token", {"grant_type": "client_credentials"}, client)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()


def test_an_assertion_is_good_once(varco, signer):
    form = assertion_form(signer[1]())
    assert varco.http.post(f"{varco.url}/oauth2/token", data=form).status_code == 200
    answer = varco.http.post(f"{varco.url}/oauth2/token", data=form)
    refused(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("changes", [
    {"aud": "https://elsewhere.example"}, {"aud": None}, {"exp": int(time.time()) + 3600},
    {"exp": int(time.time()) - 60}, {"exp": None}, {"iss": "app"}, {"sub": "app"}, {"jti": None},
    {"iat": int(time.time()) + 600},
    {"key": ec.generate_private_key(ec.SECP256R1())},
], ids=str)
def test_a_bad_assertion_is_an_invalid_client(varco, signer, changes):
    answer = varco.http.post(f"{varco.url}/oauth2/token", data=assertion_form(signer[1](**changes)))
    refused(answer, "invalid_client", 401)


def test_an_assertion_signed_with_the_public_key_as_a_secret_is_an_invalid_client(varco, signer):
    claims = jwt.decode(signer[1](), options={"verify_signature": False})
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    for forged in (jwt.encode(claims, "x" * 64, "HS256"), f"{head}.{body}."):
        refused(varco.http.post(f"{varco.url}/oauth2/token", data=assertion_form(forged)), "invalid_client", 401)


def test_a_client_authenticates_only_in_the_way_it_is_registered_for(varco):
    posting = varco.add_client(
        "posting", "--grant", "client_credentials", "--resource", PORTAL, method="client_secret_post")
    form = {"grant_type": "client_credentials"}
    assert varco.post("/oauth2/token", form, posting).status_code == 200
    url = f"{varco.url}/oauth2/token"
    refused(varco.http.post(url, data=form, auth=("posting", posting.secret)), "invalid_client", 401)
    refused(varco.http.post(url, data=form), "invalid_client", 401)
    refused(varco.http.post(url, data=form, auth=("nobody", "x")), "invalid_client", 401)
    both = varco.http.post(
        url, data={**form, "client_id": "posting", "client_secret": posting.secret}, auth=("posting", posting.secret))
    refused(both, "invalid_request")


def test_client_credentials_never_get_a_citizens_scope(varco):
    client = varco.add_client(
        "batch", "--grant", "client_credentials", "--scope", READ, "--scope", APPLY, "--resource", PORTAL)
    for scope in (READ, APPLY):
        answer = varco.post("/oauth2/token", {"grant_type": "client_credentials", "scope": scope}, client)
        refused(answer, "invalid_scope")
    token = varco.post("/oauth2/token", {"grant_type": "client_credentials"}, client).json()["access_token"]
    assert varco.forward_auth(token, READ).status_code in (401, 403)


# Refresh, introspection, revocation.

def test_a_refresh_token_rotates_and_using_the_old_one_at_once_does_no_harm(varco):
    person = varco.person("dispositivo")
    first = varco.token(varco.login(person, f"{READ} {APPLY}"))
    second = varco.refresh(first["refresh_token"])
    assert second.status_code == 200
    assert second.json()["scope"].split() and APPLY not in second.json()["scope"].split()
    assert "consultazione:domanda-disoccupazione" in second.json()["scope"].split(), "R3"
    assert second.json()["refresh_token"] != first["refresh_token"]
    refused(varco.refresh(first["refresh_token"]), "invalid_grant")
    third = varco.refresh(second.json()["refresh_token"])
    assert third.status_code == 200, "within ten seconds the family lives on"


def test_a_rotated_refresh_token_used_later_ends_the_family(varco):
    person = varco.person("ordinario")
    first = varco.token(varco.login(person))
    second = varco.refresh(first["refresh_token"]).json()
    time.sleep(10.5)  # The grace of rule R3 is on the clock of another process.
    refused(varco.refresh(first["refresh_token"]), "invalid_grant")
    refused(varco.refresh(second["refresh_token"]), "invalid_grant")
    assert varco.introspect(second["access_token"])["active"] is False


def test_a_refresh_cannot_widen_the_scope(varco):
    person = varco.person("ordinario")
    tokens = varco.token(varco.login(person))
    refused(varco.refresh(tokens["refresh_token"], scope=f"{READ} consultazione:cambio-residenza"), "invalid_scope")
    assert varco.refresh(tokens["refresh_token"]).status_code == 200


def test_introspection_answers_the_audiences_server_and_tells_a_stranger_nothing(varco):
    person = varco.person("ordinario")
    token = varco.access_token(person)
    known = varco.introspect(token)
    assert known["active"] and known["scope"] == READ and known["aud"] == PORTAL and known["client_id"] == "app"
    assert person.code not in json.dumps(known)
    stranger = varco.add_client("stranger", "--grant", "client_credentials", "--introspect", REGISTRY)
    assert varco.introspect(token, stranger) == {"active": False}
    assert varco.introspect("nonsense") == {"active": False}
    assert varco.introspect(token[:-4] + "AAAA") == {"active": False}


def test_introspection_tells_the_fiscal_number_where_both_client_and_resource_are_registered_for_it(varco):
    person = varco.person("ordinario")
    app = varco.add_client("both", "--first-party", "--scope", READ, "--resource", PORTAL, "--resource", REGISTRY)
    knowing = varco.add_client(
        "knowing", "--grant", "client_credentials", "--introspect", PORTAL, "--introspect", REGISTRY,
        "--release-fiscal-number")
    other = varco.add_client("unknowing", "--grant", "client_credentials", "--introspect", REGISTRY)
    name = "https://attributes.eid.gov.it/fiscal_number"
    tokens = {
        resource: varco.token(varco.login(person, READ, client=app, resource=resource), app)["access_token"]
        for resource in (PORTAL, REGISTRY)}
    assert varco.introspect(tokens[REGISTRY], knowing)[name] == person.code
    assert name not in varco.introspect(tokens[PORTAL], knowing)
    assert varco.introspect(tokens[REGISTRY], other)["active"]
    assert name not in varco.introspect(tokens[REGISTRY], other)
    # The two resources know the person under different names, neither of them the fiscal code.
    subjects = {varco.introspect(token, knowing)["sub"] for token in tokens.values()}
    assert len(subjects) == 2 and person.code not in subjects


def test_a_client_with_two_resources_must_name_one(varco):
    person = varco.person("ordinario")
    app = varco.add_client("choosy", "--first-party", "--scope", READ, "--resource", PORTAL, "--resource", REGISTRY)
    refused(varco.attempt(person, person.pin, client=app), "invalid_target")
    login = varco.login(person, READ, client=app, resource=PORTAL)
    refused(varco.redeem(login, app, resource=REGISTRY), "invalid_target")


def test_a_revoked_access_token_is_refused_everywhere_and_its_refresh_token_lives(varco):
    person = varco.person("ordinario")
    tokens = varco.token(varco.login(person))
    assert varco.forward_auth(tokens["access_token"]).status_code == 200
    answer = varco.revoke(tokens["access_token"])
    assert answer.status_code == 200 and answer.text == ""
    assert varco.forward_auth(tokens["access_token"]).status_code == 401
    assert varco.introspect(tokens["access_token"]) == {"active": False}
    assert varco.refresh(tokens["refresh_token"]).status_code == 200


def test_a_revoked_refresh_token_takes_its_family_along_and_a_stranger_revokes_nothing(varco):
    person = varco.person("ordinario")
    tokens = varco.token(varco.login(person))
    stranger = varco.add_client("revoker", "--grant", "client_credentials", "--resource", PORTAL)
    for token in (tokens["access_token"], tokens["refresh_token"], "nonsense"):
        assert varco.revoke(token, stranger).status_code == 200
    assert varco.forward_auth(tokens["access_token"]).status_code == 200
    assert varco.revoke(tokens["refresh_token"]).status_code == 200
    assert varco.forward_auth(tokens["access_token"]).status_code == 401
    refused(varco.refresh(tokens["refresh_token"]), "invalid_grant")


# Keys and restarts.

def key_ids(varco) -> list[str]:
    return [key["kid"] for key in varco.get("/oauth2/jwks").json()["keys"]]


def test_signing_keys_rotate_under_a_running_gateway(make_varco):
    varco = make_varco()
    person = varco.person("ordinario")
    old = varco.access_token(person)
    before = key_ids(varco)
    assert jwt.get_unverified_header(old)["kid"] in before
    varco.run("key", "rotate", "signing")
    took = wait_until(lambda: set(key_ids(varco)) - set(before), 3, "a new key stands in the JWKS", every=0.05)
    print(f"seen after {took:.2f} s")
    assert set(before) <= set(key_ids(varco)), "the old keys stay until their last token has expired"
    assert varco.forward_auth(old).status_code == 200
    new = varco.access_token(person)
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    assert jwt.get_unverified_header(new)["kid"] in before, "the next key was published before it signed"
    assert varco.forward_auth(new).status_code == 200
    varco.restart()
    assert varco.forward_auth(old).status_code == 200 and varco.forward_auth(new).status_code == 200


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_open_conversations_sessions_and_tokens_survive_a_restart(make_varco, ending):
    varco = make_varco()
    person = varco.person("dispositivo")
    login = varco.login(person)
    tokens = varco.token(login)
    question = prompt(varco.challenge({**PKCE().parameters, "scope": READ, "authenticator": "pin-ordinario"}))
    unspent = varco.login(person)
    status = getattr(varco, ending)()
    assert ending == "kill" or status == 0
    varco.start()
    assert varco.forward_auth(tokens["access_token"]).status_code == 200
    answer = varco.challenge({"auth_session": question["auth_session"], "fiscal_code": person.code, "pin": person.pin})
    assert answer.status_code == 200, answer.text
    assert varco.redeem(unspent).status_code == 200
    stepped = varco.step_up(login, person, APPLY)
    assert varco.token(stepped)["scope"] == APPLY
    assert varco.refresh(tokens["refresh_token"]).status_code == 200


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


# The wire.

def curl(varco, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["curl", "-sS", "--cacert", varco.authority, "-o", "/dev/null", "-w", "%{http_code} %{http_version}", *options,
         f"{varco.url}/oauth2/jwks"], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("option, version", [("--http2", "2"), ("--http1.1", "1.1")])
def test_http_2_is_negotiated_and_http_1_1_still_works(varco, option, version):
    assert curl(varco, option).stdout == f"200 {version}"


@pytest.mark.parametrize("version, works", [("1.0", False), ("1.1", False), ("1.2", True), ("1.3", True)])
def test_tls_before_1_2_is_refused(varco, version, works):
    # Debian's OpenSSL offers old versions at security level 0 only.
    done = curl(varco, f"--tlsv{version}", "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0")
    assert (done.returncode == 0) == works, done.stderr
    if not works:
        assert "alert protocol version" in done.stderr, "the server refused, not the client"


def test_a_connection_that_says_nothing_does_not_keep_the_gateway_from_ending(make_varco):
    varco = make_varco(citizens=5)
    with socket.create_connection(("127.0.0.1", varco.port)):
        # A handshake has ten seconds.
        assert varco.stop(seconds=20) == 0


def test_behind_a_proxy_the_gateway_speaks_plain_http(make_varco):
    varco = make_varco(tls=False)
    person = varco.person("ordinario")
    token = varco.access_token(person)
    assert varco.url.startswith("http://")
    assert varco.forward_auth(token).status_code == 200


def test_a_forwarded_host_counts_only_from_a_configured_proxy(make_varco):
    varco = make_varco(proxies=("10.9.8.7",))
    token = varco.access_token(varco.person("ordinario"))
    # Whoever is no proxy learns nothing here, whatever host they name.
    for host in ("anagrafe.demo.example", "portale.demo.example"):
        answer = varco.forward_auth(token, host=host)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:varco:problem:unknown-host"
        assert not [name for name in answer.headers if name.lower().startswith("x-varco")]


def test_an_unknown_protected_host_is_refused_with_403(varco):
    token = varco.access_token(varco.person("ordinario"))
    answer = varco.forward_auth(token, host="unknown.example")
    assert answer.status_code == 403 and answer.json()["type"] == "urn:varco:problem:unknown-host"


def test_the_metadata_names_only_endpoints_that_answer(varco):
    metadata = varco.get("/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == varco.issuer
    for name, address in metadata.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert address.startswith(varco.issuer)
            path = address.removeprefix(varco.issuer)
            answer = varco.get(path) if name == "jwks_uri" else varco.http.post(f"{varco.url}{path}", data={})
            assert answer.status_code not in (404, 405), address


def test_nothing_secret_is_in_the_log(varco):
    person = varco.person("dispositivo")
    login = varco.login(person, APPLY)
    tokens = varco.token(login)
    varco.forward_auth(tokens["access_token"], APPLY)
    varco.attempt(person, "WRONG777")
    varco.attempt(f"{person.code}X", person.pin)
    for secret in (person.code, person.pin, "WRONG777", login.code, tokens["access_token"], tokens["refresh_token"],
                   varco.app.secret, login.auth_session, login.pkce.verifier):
        assert secret not in varco.log
