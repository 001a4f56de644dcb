"""The pretended SPID provider in real Chromium: the buttons that a person presses, and a page of an attacker's."""

from __future__ import annotations

import http.server
import threading

import pytest

from cns_browser import CardBrowser
from cns_webdriver import DrivenBrowser
from spid_browser import Begun
from spid_identities import LEVELS, gateway  # noqa: F401  a fixture
from varco_process import APPLY

PRIMARY = "button.primary"


@pytest.fixture
def chromium(gateway, tmp_path):  # noqa: F811
    """A new browser that trusts the gateway's certificate."""
    home = CardBrowser(tmp_path / "home", authority=gateway.authority, origins=[], pki=None)
    with DrivenBrowser(home) as page:
        yield page


def arrive(page, begun) -> None:
    assert "Continue" in page.open(begun.page)
    page.click("button", then="Test login")


def enter(page, one, then: str, password: str | None = None) -> str:
    page.type("input[name=user]", one.user)
    page.type("input[name=password]", password or one.password)
    return page.click(PRIMARY, then=then)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_person_logs_in_at_each_level(gateway, chromium, level):  # noqa: F811
    one, begun = gateway.take(level), Begun(gateway, acr_values=LEVELS[level])
    arrive(chromium, begun)
    enter(chromium, one, "Data to be sent" if level == 1 else "One-time code")
    if level > 1:
        chromium.type("input[name=code]", one.one_time_code())
        chromium.click(PRIMARY, then="Data to be sent" if level == 2 else "stands for the certificate")
    if level > 2:
        chromium.click(PRIMARY, then="Data to be sent")
    chromium.click(PRIMARY, then="Is this you?")
    assert one.code not in chromium.source and one.code not in chromium.address
    chromium.type("input[name=number]", begun.number)
    chromium.click(PRIMARY, then="Logged in")
    token = gateway.introspect(gateway.token(begun.finish())["access_token"])
    assert token["acr"] == LEVELS[level]


def test_a_person_steps_up_in_the_same_browser_and_types_everything_again(gateway, chromium):  # noqa: F811
    one, begun = gateway.take(2), Begun(gateway)
    arrive(chromium, begun)
    enter(chromium, one, "Data to be sent")
    chromium.click(PRIMARY, then="Is this you?")
    chromium.type("input[name=number]", begun.number)
    chromium.click(PRIMARY, then="Logged in")
    more = Begun(gateway, APPLY, auth_session=begun.finish().auth_session)
    arrive(chromium, more)
    enter(chromium, one, "One-time code")
    chromium.type("input[name=code]", one.one_time_code())
    chromium.click(PRIMARY, then="Data to be sent")
    chromium.click(PRIMARY, then="confirm an operation")
    chromium.type("input[name=number]", more.number)
    chromium.click(PRIMARY, then="Logged in")
    assert gateway.token(more.finish())["scope"] == APPLY


def test_a_person_who_cancels_reads_why_and_tries_again(gateway, chromium):  # noqa: F811
    one, begun = gateway.take(1), Begun(gateway)
    arrive(chromium, begun)
    # The way out works however much is missing.
    chromium.click("button[value=cancel]", then="You have cancelled the login.")
    chromium.click("a[href*='/login/step']", then="Continue")
    chromium.click("button", then="Test login")
    enter(chromium, one, "Data to be sent")
    chromium.click(PRIMARY, then="Is this you?")
    chromium.type("input[name=number]", begun.number)
    chromium.click(PRIMARY, then="Logged in")
    assert begun.finish().code


def test_the_back_button_leads_to_nothing_that_still_works(gateway, chromium):  # noqa: F811
    one, begun = gateway.take(1), Begun(gateway)
    arrive(chromium, begun)
    enter(chromium, one, "Data to be sent")
    chromium.click(PRIMARY, then="Is this you?")
    chromium.type("input[name=number]", begun.number)
    chromium.click(PRIMARY, then="Logged in")
    chromium.back()
    assert one.code not in chromium.source
    # Chromium may still have the page, whatever it was told; what the page sends is over.
    if "Is this you?" in chromium.source:
        chromium.type("input[name=number]", begun.number)
        chromium.click(PRIMARY, then="This login is over")
    assert "This login is over" in chromium.source
    for _ in range(4):
        chromium.back()
        assert one.password not in chromium.source and one.code not in chromium.source
    assert begun.finish().code


def test_a_form_on_a_strangers_page_is_refused(gateway, chromium):  # noqa: F811
    one, begun = gateway.take(1), Begun(gateway)
    arrive(chromium, begun)
    handle = chromium.address.rpartition("request=")[2]
    fields = {"request": handle, "step": "password", "choice": "onward", "user": one.user, "password": one.password}
    with strangers_page(f"{gateway.url}/provider/spid/login", fields) as address:
        chromium.open(address)
        chromium.click("button", then="This login is over")
    assert "Test login" in chromium.open(f"{gateway.url}/provider/spid/login?request={handle}")


class strangers_page:
    """A page of another origin with a form for the gateway."""

    def __init__(self, action: str, fields: dict[str, str]):
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        page = f'<form method="post" action="{action}">{inputs}<button>Win</button></form>'.encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
