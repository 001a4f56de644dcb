"""A person's browser at the gateway's pages, without JavaScript; it remembers every page and address that it saw."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from spid_identities import Identity, SPIDGateway
from varco_process import PKCE, READ, Login


@dataclass
class Form:
    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)


class PageReader(HTMLParser):
    """The forms of a page, the banner, the alert and the links."""

    def __init__(self, text: str):
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.texts: dict[str, str] = {"banner": "", "alert": "", "h1": "", "p": ""}
        self._open: list[str] = []
        self._link = ""
        self._value = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.forms.append(Form(found["action"]))
        elif tag == "input" and found.get("type") == "hidden":
            self.forms[-1].hidden[found["name"]] = found["value"]
        elif tag == "input":
            self.forms[-1].inputs.append(found["name"])
        elif tag == "button":
            self._value = found.get("value", "")
            self.forms[-1].buttons[self._value] = ""
        elif tag == "a":
            self._link = found["href"]
        if tag in ("p", "h1", "button", "a"):
            self._open.append(found.get("class", tag) if tag == "p" else tag)

    def handle_endtag(self, tag):
        if tag in ("p", "h1", "button", "a") and self._open:
            self._open.pop()

    def handle_data(self, data):
        name = self._open[-1] if self._open else ""
        if name == "a":
            self.links[data] = self._link
        elif name == "button":
            self.forms[-1].buttons[self._value] += data
        elif name:
            self.texts[name] = self.texts.get(name, "") + data


class Begun:
    """A login that the application has begun for somebody with a browser."""

    def __init__(self, gateway: SPIDGateway, scope: str = READ, id: str = "spid", **more: str):
        self.gateway, self.pkce = gateway, PKCE()
        answer = gateway.challenge({
            **self.pkce.parameters, "scope": scope, "authenticator": id, "browser": "true", **more})
        body = answer.json()
        assert answer.status_code == 400 and body["error"] == "insufficient_authorization", answer.text
        self.auth_session, redirect = body["auth_session"], body["redirect"]
        self.url, self.page, self.number = redirect["url"], redirect["page"], redirect["number"]
        self.relay_state = parse_qs(urlsplit(self.page).query)["relay_state"][0]

    def ask(self) -> requests.Response:
        """The application asks how far the person has come; each answer has a new name for the conversation."""
        answer = self.gateway.challenge({"auth_session": self.auth_session})
        self.auth_session = answer.json().get("auth_session", self.auth_session)
        return answer

    def is_waiting(self) -> bool:
        return self.ask().json().get("error") == "insufficient_authorization"

    def finish(self) -> Login:
        return self.gateway.finished(self.gateway.challenge({"auth_session": self.auth_session}), self.pkce)


class Browser:
    """One cookie jar. `open(begun)` goes to the provider's first page."""

    def __init__(self, gateway: SPIDGateway, language: str = "en"):
        self.gateway, self.language = gateway, language
        self.cookie: str | None = None
        self.answer: requests.Response | None = None
        self.addresses: list[str] = []
        self.pages: list[str] = []

    # What is on the page.

    @property
    def read(self) -> PageReader:
        return PageReader(self.answer.text)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def alert(self) -> str:
        return self.read.texts["alert"]

    @property
    def step(self) -> str | None:
        """Which of the provider's pages it is; nothing for any other page."""
        forms = self.read.forms
        return forms[0].hidden.get("step") if forms else None

    @property
    def handle(self) -> str:
        return self.read.forms[0].hidden["request"]

    # What the person does.

    def go(self, url: str, method: str = "GET", follow: bool = True, headers: dict | None = None, **options):
        """Follows redirects itself, to see each address; `follow=False` stops at the first."""
        for _ in range(5):
            self.addresses.append(url)
            sent = {"Accept": "text/html", "Accept-Language": self.language, **(headers or {})}
            if self.cookie:
                sent["Cookie"] = self.cookie
            self.answer = self.gateway.http.request(
                method, url, headers=sent, timeout=30, allow_redirects=False, **options)
            if given := self.answer.headers.get("Set-Cookie"):
                self.cookie = given.split(";")[0]
            self.pages.append(self.answer.text)
            location = self.answer.headers.get("Location")
            if location is None or not follow:
                return self
            url, method, options = urljoin(url, location), "GET", {}
        raise AssertionError("redirects without end")

    def press(self, choice: str | None = None, *, form=0, follow=True, headers: dict | None = None, **typed):
        """Sends a form of the page, with what was typed; a hidden field can be typed over."""
        found = self.read.forms[form]
        fields = {**found.hidden, **typed, **({"choice": choice} if choice else {})}
        url = urljoin(self.addresses[-1], found.action)
        return self.go(url, "POST", follow, data=fields, headers=headers)

    def open(self, begun: Begun):
        """The page before the step, its button, and the provider's first page."""
        self.go(begun.page)
        assert self.status == 200 and not self.step, self.answer.text
        self.press()
        assert self.step == "password", self.answer.text
        return self

    def enter(self, one: Identity, password: str | None = None):
        return self.press("onward", user=one.user, password=password or one.password)

    def prove(self, one: Identity):
        """Everything up to the consent."""
        self.enter(one)
        if self.step == "code":
            self.press("onward", code=one.one_time_code())
        if self.step == "confirmation":
            self.press("onward")
        return self

    def consent(self):
        assert self.step == "consent", self.answer.text
        return self.press("onward")

    def confirm(self, number: str):
        return self.press(form=0, number=number)

    def log_in(self, begun: Begun, one: Identity) -> Login:
        """All of it, rightly."""
        self.open(begun).prove(one).consent()
        assert self.status == 200, self.answer.text
        self.confirm(begun.number)
        assert self.status == 200, self.answer.text
        return begun.finish()


def words(page: str) -> str:
    """The text of a page, without markup."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def returning(gateway: SPIDGateway, begun: Begun | None = None) -> tuple[Begun, Identity, Browser, str]:
    """Somebody who has agreed, and the address that leads their browser back; nobody has followed it yet."""
    begun, one, browser = begun or Begun(gateway), gateway.take(1), Browser(gateway)
    browser.open(begun).prove(one).press("onward", follow=False)
    return begun, one, browser, browser.answer.headers["Location"]
