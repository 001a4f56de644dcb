"""What is sent to `/provider/…` and `/login/return` that no page of ours sends, and what leaves the gateway there."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from spid_browser import Begun, Browser, returning
from spid_identities import gateway  # noqa: F401  a fixture

PROVIDER = "/provider/spid/login"


# Methods, other sites, sizes, shapes.


def test_what_is_to_be_posted_does_nothing_when_it_is_asked_for(gateway):  # noqa: F811
    one, browser = gateway.take(1), Browser(gateway).open(Begun(gateway))
    form = browser.read.forms[0].hidden
    query = urlencode({**form, "choice": "onward", "user": one.user, "password": one.password})
    assert browser.go(f"{gateway.url}{PROVIDER}?{query}").step == "password"
    assert one.password not in browser.answer.text
    for path in ("/login/step/begin", "/login/step/confirm"):
        assert browser.go(f"{gateway.url}{path}").status in (404, 405)


def test_what_is_to_be_asked_for_cannot_be_posted(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    for method in ("POST", "PUT", "DELETE"):
        assert browser.go(back, method, data={}).status in (404, 405)
    assert browser.go(back).status == 200 and begun.is_waiting()


@pytest.mark.parametrize("sent", [
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"}, {"Origin": "http://localhost"}])
def test_a_form_of_another_site_is_not_taken(gateway, sent):  # noqa: F811
    one, browser = gateway.take(1), Browser(gateway).open(Begun(gateway))
    page = browser.answer
    assert browser.press("onward", headers=sent, user=one.user, password=one.password).status == 403
    browser.answer = page
    assert browser.enter(one).step == "consent"


@pytest.mark.parametrize("path", [PROVIDER, "/login/step/begin", "/login/step/confirm"])
def test_a_body_of_two_megabytes_is_not_read(gateway, path):  # noqa: F811
    browser = Browser(gateway).open(Begun(gateway))
    body = b"request=" + b"a" * (2 << 20)
    for data in (body, iter([body[:1 << 20], body[1 << 20:]])):
        answer = None
        try:
            answer = browser.go(f"{gateway.url}{path}", "POST", data=data,
                                headers={"Content-Type": "application/x-www-form-urlencoded"})
        except OSError:
            pass  # The gateway may close before everything was sent.
        assert answer is None or answer.status == 413
    assert gateway.process.poll() is None


@pytest.mark.parametrize("text", [
    "\r\nSet-Cookie: a=b", "\x1b[2J", "\x7f", "a\tb", "\u202e", "\ud7ff", pytest.param("x" * 20_000, id="long")])
def test_odd_characters_are_wrong_credentials_and_stand_in_no_log(gateway, text):  # noqa: F811
    browser = Browser(gateway).open(Begun(gateway))
    browser.press("onward", user=text + "-odd-mark", password=text + "-odd-mark")
    assert browser.status == 200 and browser.step == "password" and browser.alert
    assert "odd-mark" not in browser.answer.text and "odd-mark" not in gateway.log


@pytest.mark.parametrize("body", [b"request=%00", b"request=%zz", b"request=%ff%fe", b"{}", b""])
def test_what_is_no_form_gets_a_page(gateway, body):  # noqa: F811
    browser = Browser(gateway).open(Begun(gateway))
    url, form = f"{gateway.url}{PROVIDER}", {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.go(url, "POST", data=body, headers=form).status in (200, 410) and not browser.read.forms
    browser.go(url, "POST", data=body, headers={"Content-Type": "application/json"})
    assert browser.status == 410 and browser.answer.headers["Content-Type"].startswith("text/html")


def test_a_parameter_that_stands_twice_is_not_understood(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    assert browser.go(back + "&artifact=x").status == 410
    assert browser.go(back + f"&relay_state={begun.relay_state}").status == 410
    assert browser.go(back).status == 200
    other = Browser(gateway).open(Begun(gateway))
    handle = other.handle
    assert other.go(f"{gateway.url}{PROVIDER}?request={handle}&request={handle}").status == 410
    doubled = [("request", handle), ("step", "password"), ("choice", "cancel"), ("choice", "onward")]
    assert other.go(f"{gateway.url}{PROVIDER}", "POST", data=doubled).status == 410
    assert other.go(f"{gateway.url}{PROVIDER}?request={handle}").step == "password"


# What leaves the gateway.


def test_the_pages_are_strict(gateway):  # noqa: F811
    begun, _, browser, back = returning(gateway)
    pages = [Browser(gateway).go(begun.page).answer, Browser(gateway).open(Begun(gateway)).answer,
             Browser(gateway).open(Begun(gateway)).enter(gateway["error-nr23"]).answer, browser.go(back).answer,
             browser.confirm(begun.number).answer, browser.go(back).answer]
    for answer in pages:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ") and "frame-ancestors 'none'" in policy
        assert f"form-action {gateway.url}" in policy and "base-uri 'none'" in policy and "script" not in policy
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "<script" not in answer.text and "style=" not in answer.text and "http://" not in answer.text
    assert [answer.status_code for answer in pages] == [200, 200, 403, 200, 200, 410]


def test_redirects_are_not_kept_either_and_carry_no_referrer(gateway):  # noqa: F811
    _, _, browser, _ = returning(gateway)
    assert browser.status == 303 and browser.answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(gateway):  # noqa: F811
    given = Browser(gateway).go(Begun(gateway).page).answer.headers["Set-Cookie"]
    assert given.startswith("__Host-varco-login=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in given.split(";")[1:]}


def test_no_secret_and_no_fiscal_code_is_in_an_address_a_page_or_the_log(gateway):  # noqa: F811
    one, browser, begun = gateway.take(3), Browser(gateway), Begun(gateway, acr_values="https://www.spid.gov.it/SpidL3")
    browser.log_in(begun, one)
    wrong = Browser(gateway).open(Begun(gateway)).enter(one, "a-guess-of-nobodys")
    for address in browser.addresses + wrong.addresses:
        assert not any(secret in address for secret in [*one.secrets, quote(one.password), one.user]), address
    texts = [*browser.pages, *wrong.pages, gateway.log, gateway.http.get(f"{gateway.admin}/metrics", timeout=10).text]
    for secret in [*one.secrets, "a-guess-of-nobodys"]:
        assert not any(secret in text for text in texts)
    for secret in (begun.relay_state, begun.auth_session):
        assert secret not in gateway.log
    assert "Fatal" not in gateway.log and gateway.process.poll() is None
