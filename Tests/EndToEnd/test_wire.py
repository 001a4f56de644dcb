"""Keys, restarts, TLS and what stands on the wire."""

from __future__ import annotations

import socket
import subprocess

import jwt
import pytest

from answers import prompt, refused
from varco_process import APPLY, PKCE, READ, fiscal_code, wait_until


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
