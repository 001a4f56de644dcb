"""How a login through the pretended SPID provider fails: the words of specification section 4.8, and status 403."""

from __future__ import annotations

import pytest

from answers import refused
from spid_browser import Begun, Browser
from spid_identities import ERRORS, FOREIGN, MALFORMED, gateway  # noqa: F401  a fixture
from varco_process import APPLY, PKCE, READ

TEXTS = {
    "nr19": "Hai superato il numero di tentativi consentiti dal tuo gestore SPID. Controlla le credenziali e riprova.",
    "nr20": "Per questo servizio serve SPID di livello 1. La tua identità non ha ancora credenziali di questo "
            "livello: richiedile al tuo gestore.",
    "nr21": "È passato troppo tempo. Ripeti l'accesso.",
    "nr22": "Non hai autorizzato l'invio dei dati. Senza il tuo consenso non possiamo farti entrare.",
    "nr23": "La tua identità SPID risulta sospesa, revocata o bloccata. Rivolgiti al tuo gestore.",
    "nr25": "Hai annullato l'accesso.",
    "nr30": "Hai usato un tipo di identità SPID diverso da quello richiesto. Usa la tua identità personale.",
}
INVALID = "Non siamo riusciti a verificare la risposta del gestore SPID."
FOREIGN_TEXT = "La tua identità è stata rilasciata in un altro Paese"
ENGLISH = {
    "nr19": "tried more often", "nr20": "SPID of level 1", "nr21": "Too much time", "nr22": "not agreed",
    "nr23": "suspended, revoked or blocked", "nr25": "cancelled", "nr30": "another kind of SPID identity",
}


def is_refused(browser: Browser, begun: Begun, text: str) -> None:
    """The courtesy page: the reason, two ways on, and no login."""
    assert browser.status == 403 and browser.alert == text, browser.answer.text
    assert browser.answer.headers["Cache-Control"] == "no-store"
    ways_on = {"Riprova": begun.page, "Scegli un altro modo di accesso": f"{begun.gateway.url}/login"}
    assert browser.read.links == ways_on
    assert "Riferimento: " in browser.answer.text
    assert begun.is_waiting()


@pytest.mark.parametrize("code", ERRORS)
def test_each_error_of_a_provider_has_its_page(gateway, code):  # noqa: F811
    begun = Begun(gateway)
    browser = Browser(gateway, "it").open(begun).enter(gateway[f"error-{code}"])
    is_refused(browser, begun, TEXTS[code])


@pytest.mark.parametrize("code", ERRORS)
def test_each_error_is_told_to_a_person_who_reads_english(gateway, code):  # noqa: F811
    browser = Browser(gateway, "en").open(Begun(gateway)).enter(gateway[f"error-{code}"])
    assert browser.status == 403 and ENGLISH[code] in browser.alert


@pytest.mark.parametrize("code", ERRORS)
def test_each_error_ends_the_conversation_of_prompts(gateway, code):  # noqa: F811
    one = gateway[f"error-{code}"]
    # The other instance: at the prompts a refusal counts as a failure, and would lock the pages for the other tests.
    answer = gateway.challenge({
        **PKCE().parameters, "scope": READ, "authenticator": "altro", "user": one.user, "password": one.password})
    assert ENGLISH[code] in refused(answer, "access_denied")


def test_three_wrong_tries_are_nr19(gateway):  # noqa: F811
    begun, one = Begun(gateway), gateway.take(1)
    browser = Browser(gateway, "it").open(begun)
    for _ in range(2):
        browser.enter(one, "wrong")
        assert browser.step == "password" and "Le credenziali non sono corrette" in browser.alert
    is_refused(browser.enter(one, "wrong"), begun, TEXTS["nr19"])


def test_an_identity_without_the_level_is_nr20_and_names_the_level(gateway):  # noqa: F811
    begun = Begun(gateway, APPLY)
    browser = Browser(gateway, "it").open(begun).enter(gateway.take(1))
    is_refused(browser, begun, TEXTS["nr20"].replace("livello 1", "livello 2"))


@pytest.mark.parametrize("choice, code", [("refuse", "nr22"), ("cancel", "nr25")])
def test_a_person_can_give_up(gateway, choice, code):  # noqa: F811
    begun = Begun(gateway)
    browser = Browser(gateway, "it").open(begun)
    if choice == "refuse":
        browser.prove(gateway.take(1))
    is_refused(browser.press(choice), begun, TEXTS[code])


@pytest.mark.parametrize("number", range(len(FOREIGN)))
def test_another_countrys_number_has_a_message_of_its_own(gateway, number):  # noqa: F811
    browser = Browser(gateway, "it").open(Begun(gateway)).prove(gateway[f"foreign-{number}"]).consent()
    assert browser.status == 403 and FOREIGN_TEXT in browser.alert
    assert FOREIGN[number].partition("-")[2] not in browser.answer.text


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_what_is_no_fiscal_number_is_refused_without_detail(gateway, number):  # noqa: F811
    begun = Begun(gateway)
    browser = Browser(gateway, "it").open(begun).prove(gateway[f"malformed-{number}"]).consent()
    is_refused(browser, begun, INVALID)


def test_somebody_who_is_not_in_the_registry_is_told_so_and_not_let_in(gateway):  # noqa: F811
    begun = Begun(gateway)
    browser = Browser(gateway, "it").open(begun).prove(gateway["stranger"]).consent()
    is_refused(browser, begun, "L'identità è valida, ma il suo titolare non è nell'anagrafe di questo servizio.")


def test_whoever_was_refused_tries_again_in_the_same_login_and_gets_in(gateway):  # noqa: F811
    begun, one = Begun(gateway), gateway.take(1)
    browser = Browser(gateway, "it").open(begun).enter(gateway["error-nr23"])
    browser.go(browser.read.links["Riprova"]).press()
    assert browser.step == "password"
    browser.prove(one).consent().confirm(begun.number)
    assert begun.finish().code


def test_each_refusal_is_in_the_audit_log_with_its_reason(gateway):  # noqa: F811
    Browser(gateway).open(Begun(gateway)).enter(gateway["error-nr30"])
    exported = gateway.run("audit", "export").stdout
    assert "spid-nr30" in exported and not any(secret in exported for secret in gateway["error-nr30"].secrets[:2])
