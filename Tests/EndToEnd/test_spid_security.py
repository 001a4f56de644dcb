"""What an attacker can do at `/login/return`, and with what travels there: nothing that ends in a stranger's session."""

from __future__ import annotations

import sqlite3
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from answers import GENERIC, refused
from spid_browser import Begun, Browser, returning
from spid_identities import gateway  # noqa: F401  a fixture
from varco_process import PKCE, PORTAL, READ

PROVIDER = "/provider/spid/login"


def age(gateway, table: str) -> None:  # noqa: F811
    """Lets the time of everything in a table be over, as ten minutes would."""
    with sqlite3.connect(gateway.folder / "varco.sqlite", timeout=10) as store:
        store.execute(f"UPDATE {table} SET expires_at = 1")


# Another browser.


def test_in_a_browser_without_a_cookie_the_return_leads_to_the_step_and_takes_nothing(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    other = Browser(gateway).go(back, follow=False)
    # The step is bound: even the page that explains cannot bind it to this browser.
    assert other.status == 410 and begun.is_waiting()
    assert browser.go(back).status == 200
    browser.confirm(begun.number)
    assert begun.finish().code


def test_in_a_browser_with_another_cookie_the_return_is_over(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    other = Browser(gateway).open(Begun(gateway)).go(back)
    assert other.status == 410 and begun.is_waiting()
    assert browser.go(back).status == 200


def test_a_step_that_no_browser_has_taken_is_taken_first(gateway):  # noqa: F811
    begun, one = Begun(gateway), gateway.take(1)
    browser = Browser(gateway).go(begun.url).prove(one)
    browser.press("onward", follow=False)
    browser.go(browser.answer.headers["Location"], follow=False)
    assert browser.status == 303 and browser.answer.headers["Location"] == begun.page
    assert begun.is_waiting()


def test_a_step_that_one_browser_has_taken_cannot_be_begun_in_another(gateway):  # noqa: F811
    begun = Begun(gateway)
    Browser(gateway).open(begun)
    other = Browser(gateway).go(begun.page)
    assert other.press().status == 410


def test_a_form_of_the_step_with_another_browsers_token_binds_nothing(gateway):  # noqa: F811
    begun = Begun(gateway)
    theirs, mine = Browser(gateway).go(begun.page), Browser(gateway).go(begun.page)
    token = theirs.read.forms[0].hidden["csrf"]
    assert mine.press(csrf=token).status == 410
    mine.cookie = None
    assert mine.go(begun.page).press(csrf="").status == 410


def test_a_confirmation_from_another_browser_is_over(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    browser.go(back)
    code = browser.read.forms[0].hidden["code"]
    other = Browser(gateway).open(Begun(gateway)).go(begun.page)
    for cookie in (other.cookie, None, "__Host-varco-login=" + "x" * 43):
        other.cookie = cookie
        form = {"code": code, "answer": "yes", "number": begun.number}
        assert other.go(f"{gateway.url}/login/step/confirm", "POST", data=form).status == 410
    assert begun.is_waiting() and browser.confirm(begun.number).status == 200


# Replay.


def test_a_second_click_on_a_button_does_nothing(gateway):  # noqa: F811
    begun, one, browser = Begun(gateway), gateway.take(1), Browser(gateway)
    browser.open(begun)
    address, password = browser.addresses[-1], browser.read.forms[0].hidden
    browser.enter(one)
    consent = browser.read.forms[0].hidden
    browser.press("onward", follow=False)
    back = browser.answer.headers["Location"]
    for old in ({**password, "user": one.user, "password": one.password}, consent):
        browser.go(address, "POST", follow=False, data={**old, "choice": "onward"})
        assert "Location" not in browser.answer.headers and not browser.read.forms and "begin again" in browser.alert
    assert browser.go(back).status == 200


def test_the_back_button_after_the_login_leads_nowhere(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    browser.go(back)
    form = browser.read.forms[0].hidden
    browser.confirm(begun.number)
    assert browser.status == 200
    assert browser.go(back).status == 410
    again = browser.go(f"{gateway.url}/login/step/confirm", "POST", data={**form, "number": begun.number})
    assert again.status == 410
    for address in dict.fromkeys(browser.addresses):
        browser.go(address)
        assert browser.status in (200, 404, 410) and not browser.read.forms, address
    assert begun.finish().code


def test_a_return_is_good_once(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    assert browser.go(back).status == 200
    assert browser.go(back).status == 403 and begun.is_waiting()


def test_an_application_gets_the_code_once(gateway):  # noqa: F811
    begun = Begun(gateway)
    login = Browser(gateway).log_in(begun, gateway.take(1))
    assert gateway.redeem(login).status_code == 200
    assert refused(gateway.challenge({"auth_session": begun.auth_session}), "invalid_session")
    assert gateway.redeem(login).status_code == 400


# Handles that are changed, somebody else's, of another instance, or over.


def changed(url: str, **parameters: str) -> str:
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    return f"{url.partition('?')[0]}?{urlencode({**query, **parameters})}"


def of(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


@pytest.mark.parametrize("artifact, status", [
    ("", 403), ("0" * 64, 403), ("x", 403), ("../../etc/passwd", 403), ("'; DROP TABLE arrivals; --", 403),
    pytest.param("a" * 4_000, 403, id="long"), pytest.param("a" * 20_000, 400, id="too long for a line of HTTP")])
def test_an_artifact_that_is_none_is_refused(gateway, artifact, status):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    assert browser.go(changed(back, artifact=artifact)).status == status and begun.is_waiting()


def test_an_artifact_with_one_other_character_is_refused(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    artifact = of(back, "artifact")
    other = artifact[:-1] + ("0" if artifact[-1] != "0" else "1")
    assert browser.go(changed(back, artifact=other)).status == 403 and begun.is_waiting()


def test_an_artifact_of_another_login_is_refused(gateway):  # noqa: F811
    first, _, browser, back = returning(gateway)
    second, _, _, other = returning(gateway)
    assert browser.go(changed(back, artifact=of(other, "artifact"))).status == 403
    assert first.is_waiting() and second.is_waiting()


def test_an_artifact_of_another_instance_is_refused(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    _, _, _, other = returning(gateway, Begun(gateway, id="altro"))
    assert browser.go(changed(back, artifact=of(other, "artifact"))).status == 403 and begun.is_waiting()


def test_the_handle_of_a_request_is_no_artifact(gateway):  # noqa: F811
    begun, browser = Begun(gateway), Browser(gateway)
    browser.open(begun)
    back = f"{gateway.url}/login/return?{urlencode({'relay_state': begun.relay_state, 'artifact': browser.handle})}"
    assert browser.go(back).status == 403 and begun.is_waiting()


def test_a_handle_is_known_to_its_own_instance_alone(gateway):  # noqa: F811
    browser = Browser(gateway).open(Begun(gateway))
    handle = browser.handle
    browser.go(f"{gateway.url}/provider/altro/login?request={handle}")
    assert not browser.read.forms and "begin again" in browser.alert
    for path in ("pin-ordinario/login", "nobody/login", "spid/other", "spid/..%2flogin"):
        assert browser.go(f"{gateway.url}/provider/{path}?request={handle}").status in (404, 410)
        assert not browser.read.forms


def test_the_first_handle_is_worth_nothing_once_somebody_has_logged_in(gateway):  # noqa: F811
    begun, browser = Begun(gateway), Browser(gateway)
    browser.open(begun)
    first = browser.handle
    browser.enter(gateway.take(1))
    assert browser.handle != first
    thief = Browser(gateway)
    for step in ("password", "consent"):
        thief.go(f"{gateway.url}{PROVIDER}", "POST", follow=False,
                 data={"request": first, "step": step, "choice": "onward"})
        assert "Location" not in thief.answer.headers and not thief.read.forms


@pytest.mark.parametrize("relay", [
    "", "x", "A" * 43, "%00", "%0d%0aSet-Cookie:%20a=b", "%ff", "%zz", "%C2%80", "\"><script>"])
def test_a_relay_state_that_is_none_is_over(gateway, relay):  # noqa: F811
    browser = Browser(gateway).open(Begun(gateway))
    for path in ("/login/return", "/login/step"):
        browser.go(f"{gateway.url}{path}?relay_state={relay}&artifact=x")
        assert browser.status == 410 and "<script" not in browser.answer.text
        assert "a=b" not in str(browser.answer.headers)


# One person's login in another person's browser.


def test_whoever_finishes_an_attackers_login_gives_nothing_away_without_the_number(gateway):  # noqa: F811
    attack, victim = Begun(gateway), Browser(gateway)
    victim.open(attack).prove(gateway.take(1)).consent()
    assert "Type the number that the application shows you now" in victim.answer.text
    for guess in ("00", "01", "02"):
        if guess != attack.number:
            victim.confirm(guess)
    assert victim.status == 410
    assert refused(gateway.challenge({"auth_session": attack.auth_session}), "access_denied")


def test_a_victim_at_the_attackers_page_of_the_provider_does_not_log_the_attacker_in(gateway):  # noqa: F811
    attack, attacker = Begun(gateway), Browser(gateway)
    attacker.open(attack)
    # The attacker's browser is the one that the step is bound to; the victim gets the provider's address alone.
    victim = Browser(gateway).go(attacker.addresses[-1])
    victim.prove(gateway.take(1)).press("onward", follow=False)
    back = victim.answer.headers["Location"]
    assert victim.go(back).status == 410
    assert attack.is_waiting()
    # With what the attacker has seen, nothing goes on.
    attacker.press("onward", user="x", password="y")
    assert "begin again" in attacker.alert and attack.is_waiting()


def test_an_attackers_return_in_the_victims_browser_changes_nothing_of_the_victims(gateway):  # noqa: F811
    attack, _, _, theirs = returning(gateway)
    mine, one, victim = Begun(gateway), gateway.take(1), Browser(gateway)
    victim.open(mine).prove(one)
    page, addresses = victim.answer, list(victim.addresses)
    assert victim.go(theirs).status == 410
    victim.answer, victim.addresses = page, addresses
    victim.consent().confirm(mine.number)
    login = mine.finish()
    assert attack.is_waiting()
    assert gateway.introspect(gateway.token(login)["access_token"])["active"]


def test_the_attackers_answer_in_the_victims_step_is_refused(gateway):  # noqa: F811
    mine, _, victim, back = returning(gateway)
    # Given after the victim's step began, so that its age is no reason to refuse it.
    _, _, _, theirs = returning(gateway)
    assert victim.go(changed(back, artifact=of(theirs, "artifact"))).status == 403 and mine.is_waiting()


def test_two_people_in_two_browsers_get_each_their_own_session(gateway):  # noqa: F811
    logins = []
    for _ in range(2):
        begun, browser = Begun(gateway), Browser(gateway)
        logins.append(gateway.token(browser.log_in(begun, gateway.take(1)))["access_token"])
    assert len({gateway.introspect(one)["sub"] for one in logins}) == 2


def test_a_conversation_belongs_to_the_client_that_began_it(gateway):  # noqa: F811
    other = gateway.add_client("other-app", "--first-party", "--scope", READ, "--resource", PORTAL)
    begun, _, browser, back = returning(gateway)
    browser.go(back)
    browser.confirm(begun.number)
    assert refused(gateway.challenge({"auth_session": begun.auth_session}, other), "invalid_session")


# Guessing.


def prompted(gateway, one):  # noqa: F811
    return gateway.challenge({
        **PKCE().parameters, "scope": READ, "authenticator": "spid", "user": one.user, "password": one.password})


def test_a_wrong_password_on_the_page_locks_the_account_everywhere(gateway):  # noqa: F811
    one = gateway.take(1)
    wrong = Browser(gateway).open(Begun(gateway)).enter(one, "wrong")
    right = Browser(gateway).open(Begun(gateway)).enter(one)
    assert right.step == "password" and right.alert == wrong.alert
    assert refused(prompted(gateway, one), "access_denied") == GENERIC


def test_a_wrong_password_at_the_prompts_locks_the_page(gateway):  # noqa: F811
    one = gateway.take(1)
    right, one.password = one.password, "wrong"
    refused(prompted(gateway, one), "access_denied")
    assert Browser(gateway).open(Begun(gateway)).enter(one, right).step == "password"


def test_each_instance_locks_for_itself(gateway):  # noqa: F811
    one = gateway.take(1)
    Browser(gateway).open(Begun(gateway)).enter(one, "wrong")
    assert Browser(gateway).open(Begun(gateway, id="altro")).enter(one).step == "consent"


def test_a_wrong_code_locks_the_account(gateway):  # noqa: F811
    one = gateway.take(2)
    browser = Browser(gateway).open(Begun(gateway, "dispositivo:domanda-disoccupazione")).enter(one)
    right = one.one_time_code()
    browser.press("onward", code=str((int(right) + 1) % 10**6).zfill(6))
    assert browser.step == "code" and browser.alert
    assert browser.press("onward", code=right).step == "code"


def test_an_unknown_user_looks_like_a_wrong_password(gateway):  # noqa: F811
    one = gateway.take(1)
    wrong = Browser(gateway).open(Begun(gateway)).enter(one, "wrong").answer
    one.user = "nobody-at-all"
    unknown = Browser(gateway).open(Begun(gateway)).enter(one).answer
    assert wrong.status_code == unknown.status_code and len(wrong.text) == len(unknown.text)


# What is over.


def test_an_expired_step_and_an_expired_request_are_over(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    at_provider = Browser(gateway).open(Begun(gateway))
    age(gateway, "arrivals")
    assert browser.go(back).status == 410
    age(gateway, "module_items")
    at_provider.press("onward", user="x", password="y")
    assert not at_provider.read.forms and "begin again" in at_provider.alert
    fresh = Begun(gateway)
    assert Browser(gateway).log_in(fresh, gateway.take(1)).code
