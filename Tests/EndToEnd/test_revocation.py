"""What an operator ends with a command in another process ends at the gate: within a second, and three at the most.

Each refusal is waited for while the gate is asked over and over, so that a cached decision is the one that has to go.
"""

from __future__ import annotations

import pytest

from varco_process import APPLY, HERE, PORTAL, READ, Varco, wait_until

DEADLINE = 3.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """An installation of its own: the catalogue changes under it."""
    installation = Varco(tmp_path_factory.mktemp("revocation")).prepare(citizens=20).start()
    yield installation
    installation.stop()


@pytest.fixture
def seen_after(broker, record_property):
    """Runs the command that ends something and returns after how many seconds the gate refuses the token."""

    def measure(token: str, *command: str, scope: str = READ, statuses: tuple[int, ...] = (401,)) -> float:
        for _ in range(3):
            assert broker.forward_auth(token, scope).status_code == 200
        broker.run(*command)
        took = wait_until(
            lambda: broker.forward_auth(token, scope).status_code in statuses, DEADLINE,
            f"`varco {' '.join(command[:2])}` is seen at forward-auth")
        record_property("seen_after_seconds", round(took, 3))
        print(f"{' '.join(command[:2])}: refused {took:.2f} s after the command had ended")
        return took

    return measure


def test_a_revoked_pin_ends_tokens_sessions_and_refresh_tokens(broker, seen_after):
    person = broker.person("dispositivo")
    login = broker.login(person, f"{READ} {APPLY}", authenticator="pin-dispositivo")
    tokens = broker.token(login)
    assert broker.forward_auth(tokens["access_token"], APPLY).status_code == 200
    seen_after(tokens["access_token"], "pin", "revoke", person.code)
    assert broker.forward_auth(tokens["access_token"], APPLY).status_code == 401
    assert broker.introspect(tokens["access_token"]) == {"active": False}
    assert broker.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    again = broker.challenge({**login.pkce.parameters, "auth_session": login.auth_session, "scope": READ})
    assert again.json()["error"] == "invalid_session"
    assert broker.attempt(person, person.pin).json()["error"] == "access_denied"


def test_a_new_pin_ends_what_rested_on_the_old_one(broker, seen_after):
    person = broker.person("ordinario")
    token = broker.access_token(person)
    seen_after(token, "pin", "issue", person.code, "--grade", "ordinario")


def test_a_pin_made_ordinario_again_ends_the_dispositive_right(broker, seen_after):
    person = broker.person("dispositivo")
    token = broker.access_token(person, APPLY)
    seen_after(token, "pin", "convert", person.code, "--grade", "ordinario", scope=APPLY)


@pytest.mark.parametrize("state", ["suspended", "deceased"])
def test_a_citizen_who_is_no_longer_active_ends_at_once(broker, seen_after, state):
    person = broker.person("ordinario")
    tokens = broker.token(broker.login(person))
    seen_after(tokens["access_token"], "citizen", "set-state", person.code, state)
    assert broker.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert broker.attempt(person, person.pin).json()["error"] == "access_denied"


def test_a_removed_client_ends_with_its_tokens(broker, seen_after):
    person = broker.person("ordinario")
    client = broker.add_client("passing", "--first-party", "--scope", READ, "--resource", PORTAL)
    tokens = broker.token(broker.login(person, client=client), client)
    seen_after(tokens["access_token"], "client", "remove", "passing")
    assert broker.refresh(tokens["refresh_token"], client).status_code == 401


def test_a_service_moved_to_another_area_is_refused_to_who_is_not_in_it(broker, seen_after, tmp_path):
    person = broker.person("ordinario")
    token = broker.access_token(person)
    text = (HERE / "catalogue.yaml").read_text()
    moved = text.replace("name: Estratto conto contributivo\n    areas: [everyone]",
                         "name: Estratto conto contributivo\n    areas: [pensioners]")
    assert moved != text
    (tmp_path / "moved.yaml").write_text(moved)
    try:
        seen_after(token, "service", "apply", str(tmp_path / "moved.yaml"), statuses=(403,))
        assert "urn:varco:problem:insufficient-scope" in broker.forward_auth(token).text
    finally:
        broker.run("service", "apply", str(HERE / "catalogue.yaml"))
    # What was ended by a rule and not by a revocation comes back with the rule.
    wait_until(lambda: broker.forward_auth(token).status_code == 200, DEADLINE, "the old catalogue is in force again")


def test_a_host_taken_out_of_the_catalogue_is_refused(broker, seen_after, tmp_path):
    token = broker.access_token(broker.person("ordinario"))
    text = (HERE / "catalogue.yaml").read_text()
    (tmp_path / "less.yaml").write_text(text.replace("hosts: [portale.demo.example, localhost]", "hosts: [localhost]"))
    try:
        seen_after(token, "service", "apply", str(tmp_path / "less.yaml"), statuses=(403,))
    finally:
        broker.run("service", "apply", str(HERE / "catalogue.yaml"))
    wait_until(lambda: broker.forward_auth(token).status_code == 200, DEADLINE, "the old catalogue is in force again")


def test_what_the_gateway_revokes_itself_is_refused_at_once(broker):
    token = broker.access_token(broker.person("ordinario"))
    assert broker.forward_auth(token).status_code == 200
    assert broker.revoke(token).status_code == 200
    assert broker.forward_auth(token).status_code == 401


def test_the_audit_log_of_all_this_verifies(broker):
    done = broker.run("audit", "verify", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
