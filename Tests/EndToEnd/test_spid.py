"""Logins through the pretended SPID provider against the running program: by its pages, and by prompts."""

from __future__ import annotations

import pytest

from answers import GENERIC, prompt, refused
from spid_browser import Begun, Browser, words
from spid_identities import LEVELS, gateway  # noqa: F401  a fixture
from varco_process import APPLY, PKCE, READ


def claims(gateway, login) -> dict:  # noqa: F811
    return gateway.introspect(gateway.token(login)["access_token"])


# What a level is worth.


def test_level_1_reads_and_the_token_says_level_1(gateway):  # noqa: F811
    token = claims(gateway, Browser(gateway).log_in(Begun(gateway), gateway.take(1)))
    assert (token["scope"], token["acr"], token["amr"]) == (READ, LEVELS[1], ["pwd"])


@pytest.mark.parametrize("level", [2, 3])
def test_levels_2_and_3_dispose(gateway, level):  # noqa: F811
    begun = Begun(gateway, f"{READ} {APPLY}", acr_values=LEVELS[level])
    login = Browser(gateway).log_in(begun, gateway.take(3))
    access = gateway.token(login)["access_token"]
    token = gateway.introspect(access)
    assert token["acr"] == LEVELS[level] and set(token["scope"].split()) == {READ, APPLY}
    assert gateway.forward_auth(access, APPLY).status_code == 200


def test_each_level_asks_for_what_it_consists_of(gateway):  # noqa: F811
    for level, steps in ((1, ["password", "consent"]), (2, ["password", "code", "consent"]),
                         (3, ["password", "code", "confirmation", "consent"])):
        one, browser = gateway.take(3), Browser(gateway)
        browser.open(Begun(gateway, acr_values=LEVELS[level]))
        seen = [browser.step]
        browser.enter(one)
        while browser.step != seen[-1]:
            seen.append(browser.step)
            if browser.step == "code":
                browser.press("onward", code=one.one_time_code())
            elif browser.step == "confirmation":
                browser.press("onward")
        assert seen == steps


def test_disposing_asks_for_level_2_without_being_told(gateway):  # noqa: F811
    token = claims(gateway, Browser(gateway).log_in(Begun(gateway, APPLY), gateway.take(2)))
    assert (token["scope"], token["acr"]) == (APPLY, LEVELS[2])


def test_a_session_of_level_1_cannot_dispose(gateway):  # noqa: F811
    login = Browser(gateway).log_in(Begun(gateway), gateway.take(1))
    access = gateway.token(login)["access_token"]
    assert gateway.forward_auth(access, READ).status_code == 200
    assert gateway.forward_auth(access, APPLY).status_code == 401
    assert Begun(gateway, APPLY, auth_session=login.auth_session).is_waiting()


def test_the_step_up_to_dispose_authenticates_anew_and_only_the_same_person(gateway):  # noqa: F811
    one, other, browser = gateway.take(2), gateway.take(2), Browser(gateway)
    login = browser.log_in(Begun(gateway), one)
    begun = Begun(gateway, f"{READ} {APPLY}", auth_session=login.auth_session)
    browser.open(begun)
    # The same browser, a moment later: the password is asked for again, and the code.
    browser.enter(one)
    assert browser.step == "code"
    browser.press("onward", code=one.one_time_code()).consent()
    assert "confirm an operation" in browser.answer.text
    browser.confirm(begun.number)
    token = claims(gateway, begun.finish())
    assert token["acr"] == LEVELS[2] and set(token["scope"].split()) == {READ, APPLY}
    theirs = Begun(gateway, APPLY, auth_session=Browser(gateway).log_in(Begun(gateway), one).auth_session)
    stranger = Browser(gateway).open(theirs).prove(other).consent()
    assert stranger.status == 403 and theirs.is_waiting()


def test_the_comparison_is_minimum(gateway):  # noqa: F811
    high = claims(gateway, Browser(gateway).log_in(Begun(gateway), gateway["high"]))
    assert high["acr"] == LEVELS[2]
    begun = Begun(gateway, APPLY)
    low = Browser(gateway, "it").open(begun).prove(gateway["low"]).consent()
    assert low.status == 403 and "livello 2, e il tuo gestore ha usato un livello più basso" in low.alert
    assert begun.is_waiting()


def test_odd_attributes_do_not_matter_as_long_as_the_fiscal_number_is_right(gateway):  # noqa: F811
    assert claims(gateway, Browser(gateway).log_in(Begun(gateway), gateway["odd"]))["acr"] == LEVELS[1]


# The conversation of prompts.


def ask(gateway, one, scope=READ, password: str | None = None, pkce: PKCE | None = None, **more: str):  # noqa: F811
    return gateway.challenge({
        **(pkce or PKCE()).parameters, "scope": scope, "authenticator": "spid", "user": one.user,
        "password": password or one.password, **more})


def test_without_a_browser_level_1_is_one_request(gateway):  # noqa: F811
    pkce = PKCE()
    token = claims(gateway, gateway.finished(ask(gateway, gateway.take(1), pkce=pkce), pkce))
    assert (token["scope"], token["acr"]) == (READ, LEVELS[1])


def test_without_a_browser_level_3_asks_for_one_thing_after_the_other(gateway):  # noqa: F811
    one, pkce = gateway.take(3), PKCE()
    first = prompt(gateway.challenge({
        **pkce.parameters, "scope": APPLY, "authenticator": "spid", "acr_values": LEVELS[3]}))
    assert first["id"] == "spid-stub-password"
    assert first["message"].startswith("Identity provider of the test environment")
    assert {field["name"]: field["type"] for field in first["fields"]} == {"user": "account", "password": "secret"}
    second = prompt(gateway.challenge(
        {"auth_session": first["auth_session"], "user": one.user, "password": one.password}))
    assert second["id"] == "spid-stub-code"
    third = prompt(gateway.challenge({"auth_session": second["auth_session"], "code": one.one_time_code()}))
    assert third["id"] == "spid-stub-confirm"
    done = gateway.challenge({"auth_session": third["auth_session"], "confirmation": "CONFERMO"})
    assert claims(gateway, gateway.finished(done, pkce))["acr"] == LEVELS[3]


def test_without_a_browser_a_session_is_stepped_up_with_everything_anew(gateway):  # noqa: F811
    one, pkce = gateway.take(2), PKCE()
    login = gateway.finished(ask(gateway, one, pkce=pkce), pkce)
    pkce = PKCE()
    question = prompt(ask(gateway, one, APPLY, pkce=pkce, auth_session=login.auth_session))
    assert question["id"] == "spid-stub-code"
    done = gateway.challenge({"auth_session": question["auth_session"], "code": one.one_time_code()})
    assert claims(gateway, gateway.finished(done, pkce))["acr"] == LEVELS[2]


def test_without_a_browser_a_code_is_good_once(gateway):  # noqa: F811
    one = gateway.take(2)
    code = one.one_time_code()
    for answer in (200, 400):
        question = prompt(ask(gateway, one, APPLY))
        done = gateway.challenge({"auth_session": question["auth_session"], "code": code})
        assert done.status_code == answer
    assert done.json()["error"] == "access_denied"


def test_without_a_browser_a_wrong_password_an_unknown_user_and_a_lock_sound_alike(gateway):  # noqa: F811
    one, nobody = gateway.take(1), gateway.take(1)
    nobody.user = "not-in-the-file"
    heard = {refused(ask(gateway, who, password=word), "access_denied") for who, word in (
        (one, "wrong"), (nobody, "wrong"), (one, None))}
    assert heard == {GENERIC}


# What is shown.


def test_every_page_says_at_its_top_that_it_is_no_real_provider(gateway):  # noqa: F811
    banners = {"it": "Gestore di identità dell'ambiente di prova", "en": "Identity provider of the test environment"}
    for language, banner in banners.items():
        one, browser = gateway.take(3), Browser(gateway, language)
        browser.open(Begun(gateway, acr_values=LEVELS[3])).prove(one)
        provider = [page for page in browser.pages if 'name="request"' in page]
        assert len(provider) == 4
        for page in provider:
            assert banner in words(page) and page.index('class="banner"') < page.index("<main>")


def test_of_a_fiscal_code_the_person_sees_the_last_four_characters(gateway):  # noqa: F811
    one, browser = gateway.take(1), Browser(gateway)
    browser.open(Begun(gateway)).prove(one)
    assert one.code[-4:] in browser.answer.text
    browser.consent()
    assert one.code[-4:] in browser.answer.text
    assert not any(one.code in page or one.code[:6] in page for page in browser.pages)
