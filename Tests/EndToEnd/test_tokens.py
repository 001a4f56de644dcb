"""Clients and what they get: authentication, refresh, introspection, revocation, over real HTTP."""

from __future__ import annotations

import base64
import json
import time
import uuid
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from answers import refused
from varco_process import APPLY, PORTAL, READ, REGISTRY


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
    {"aud": "https://elsewhere.example"}, {"aud": None}, {"exp": timedelta(hours=1)},
    {"exp": timedelta(minutes=-1)}, {"exp": None}, {"iss": "app"}, {"sub": "app"}, {"jti": None},
    {"iat": timedelta(minutes=10)},
    {"key": ec.generate_private_key(ec.SECP256R1())},
], ids=lambda changes: ",".join(changes))
def test_a_bad_assertion_is_an_invalid_client(varco, signer, changes):
    # From when the test runs, not from when it was collected: the others take minutes.
    changes = {
        name: int(time.time() + value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in changes.items()}
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
