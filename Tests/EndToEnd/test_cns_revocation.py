"""Revocation of cards against the running program: lists over HTTP, real responders, and both misbehaving."""

from __future__ import annotations

import pytest

from cns_gateway import CardGateway
from cns_ocsp import Lie, OcspServer
from cns_pki import DemoPKI, demo_pki, demo_pki_copy  # noqa: F401  fixtures
from cns_servers import Behaviour, CrlServer
from varco_process import APPLY, READ, wait_until


@pytest.fixture
def start(tmp_path):
    """Starts gateways with a given revocation section; they end with the test."""
    running: list[CardGateway] = []

    def make(pki: DemoPKI, revocation: str, **options) -> CardGateway:
        gateway = CardGateway(tmp_path / f"cards-{len(running)}", pki, revocation=revocation, **options)
        running.append(gateway.prepare().start())
        return gateway

    yield make
    for gateway in running:
        gateway.stop()


def lists(pki: DemoPKI) -> str:
    addresses = ", ".join(f"{pki.crl_base}/{name}.crl" for name in ("root", "ca1", "ca2"))
    return f"crl_addresses: [{addresses}]\nlearn: false\nocsp: false"


def responder(pki: DemoPKI, name: str = "ca1") -> str:
    return f"order: ocsp-first\nocsp_responder: {pki.ocsp_base}/{name}\ncrl_files: [{pki.crl('root')}]\nlearn: false"


def until(gateway: CardGateway, card, expected: str) -> None:
    wait_until(lambda: gateway.problem(card) == expected, 20, f"{card.name} is {expected}", every=0.2)


# Lists.


def test_lists_are_fetched_and_a_restart_fetches_nothing_again(start, demo_pki, tmp_path):  # noqa: F811
    with CrlServer(demo_pki) as server:
        gateway = start(demo_pki, f"{lists(demo_pki)}\nstate: {tmp_path}/state")
        until(gateway, demo_pki["good"], "accepted")
        assert gateway.problem(demo_pki["revoked"]) == "certificate-revoked"
        before = {name: server.count(name) for name in ("root.crl", "ca1.crl", "ca2.crl")}
        gateway.restart()
        until(gateway, demo_pki["good"], "accepted")
        assert {name: server.count(name) for name in before} == before


def test_a_card_is_refused_as_long_as_there_is_no_list(start, demo_pki):  # noqa: F811
    gateway = start(demo_pki, lists(demo_pki))
    assert gateway.problem(demo_pki["good"]) == "revocation-unknown"


@pytest.mark.parametrize("behaviour", [one for one in Behaviour if one is not Behaviour.SERVE])
def test_a_server_that_misbehaves_disturbs_nobody_else(start, demo_pki, behaviour):  # noqa: F811
    with CrlServer(demo_pki) as server:
        server.behave("ca1.crl", behaviour)
        gateway = start(demo_pki, lists(demo_pki))
        until(gateway, demo_pki["good-ca2"], "accepted")
        assert gateway.problem(demo_pki["good"]) == "revocation-unknown"
        assert gateway.login(gateway.person("ordinario"))


def test_what_a_late_list_leaves_unknown_may_consult_where_the_operator_says_so(start, demo_pki):  # noqa: F811
    gateway = start(demo_pki, f"{lists(demo_pki)}\nunknown: consultation")
    assert READ in gateway.card_token(demo_pki["good"], READ)["scope"].split()
    begun = gateway.begin_card(APPLY)
    assert gateway.show(begun["redirect"]["url"], demo_pki["good"]).status == 200
    more = gateway.challenge({"auth_session": begun["auth_session"]}).json()
    assert more["error"] == "insufficient_authorization" and more["prompt"]["authenticator"] == "pin-dispositivo"
    assert "unknown is consultation" in gateway.run("check").stderr


def test_a_list_in_a_file_is_read_again_when_it_changes(start, demo_pki_copy):  # noqa: F811
    pki = demo_pki_copy
    files = ", ".join(str(pki.crl(name)) for name in ("root", "ca1", "ca2"))
    gateway = start(pki, f"crl_files: [{files}]\nfile_interval: 1s\nlearn: false\nocsp: false")
    until(gateway, pki["spare"], "accepted")
    pki.revoke("spare")
    until(gateway, pki["spare"], "certificate-revoked")


# Responders.


def test_a_real_responder_answers_for_good_and_revoked_cards(start, demo_pki):  # noqa: F811
    with OcspServer(demo_pki):
        gateway = start(demo_pki, responder(demo_pki))
        assert gateway.problem(demo_pki["good"]) == "accepted"
        assert gateway.problem(demo_pki["revoked"]) == "certificate-revoked"


def test_a_responder_is_asked_once_as_long_as_its_answer_holds(start, demo_pki):  # noqa: F811
    with OcspServer(demo_pki) as server:
        gateway = start(demo_pki, responder(demo_pki))
        assert gateway.problem(demo_pki["good"]) == "accepted"
        asked = server.count("ca1")
        assert gateway.problem(demo_pki["good"]) == "accepted"
        assert asked == server.count("ca1") > 0


@pytest.mark.parametrize("lie", [one for one in Lie if one not in (Lie.GOOD, Lie.REVOKED)])
def test_a_responder_that_lies_is_worth_nothing(start, demo_pki, lie):  # noqa: F811
    with OcspServer(demo_pki) as server:
        server.lie("ca1", lie)
        gateway = start(demo_pki, responder(demo_pki))
        assert gateway.problem(demo_pki["good"]) == "revocation-unknown"


@pytest.mark.parametrize("behaviour", [Behaviour.HANG, Behaviour.MISSING, Behaviour.EMPTY, Behaviour.GARBAGE])
def test_a_responder_that_does_not_answer_costs_a_login_a_few_seconds_and_no_more(start, demo_pki, behaviour):  # noqa: F811
    with OcspServer(demo_pki) as server:
        server.behave("ca1", behaviour)
        gateway = start(demo_pki, responder(demo_pki))
        assert gateway.problem(demo_pki["good"]) == "revocation-unknown"
        assert gateway.login(gateway.person("ordinario"))


def test_a_responder_speaks_where_a_list_is_missing(start, demo_pki):  # noqa: F811
    with OcspServer(demo_pki):
        gateway = start(
            demo_pki, f"crl_files: [{demo_pki.crl('root')}]\nlearn: false\nocsp_responder: {demo_pki.ocsp_base}/ca1")
        assert gateway.problem(demo_pki["good"]) == "accepted"
        assert gateway.problem(demo_pki["revoked"]) == "certificate-revoked"
