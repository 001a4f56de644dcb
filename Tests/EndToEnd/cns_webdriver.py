"""Real Chromium, driven: it presses the buttons of a page, as a person does. Debian package: chromium-driver."""

from __future__ import annotations

import os
import subprocess

import requests

from cns_browser import CardBrowser
from varco_process import free_port, wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class DrivenBrowser:
    """`with DrivenBrowser(card_browser) as page:`; W3C WebDriver over loopback, with the card's home and profile."""

    def __init__(self, browser: CardBrowser):
        self.browser, self.url = browser, f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> "DrivenBrowser":
        self._http = requests.Session()
        self._http.trust_env = False
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={self.url.rpartition(':')[2]}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(self.browser.home)})
        wait_until(self._answers, 20, "chromedriver answers")
        options = {"args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--lang=en", f"--user-data-dir={self.browser.profile}"]}
        made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.session = f"/session/{made['sessionId']}"
        return self

    def __exit__(self, *_):
        if hasattr(self, "session"):
            self._call("DELETE", self.session)
        self._driver.terminate()
        self._driver.wait(10)

    def open(self, url: str) -> str:
        self._call("POST", f"{self.session}/url", {"url": url})
        return self.source

    @property
    def source(self) -> str:
        return self._call("GET", f"{self.session}/source")

    @property
    def address(self) -> str:
        return self._call("GET", f"{self.session}/url")

    def click(self, selector: str, then: str) -> str:
        """Presses a button and waits for the page with these words."""
        self._call("POST", f"{self._element(selector)}/click", {})
        wait_until(lambda: then in self.source, 20, f"a page with “{then}”", every=0.1)
        return self.source

    def back(self) -> None:
        """The back button."""
        self._call("POST", f"{self.session}/back", {})

    def type(self, selector: str, text: str) -> None:
        self._call("POST", f"{self._element(selector)}/value", {"text": text})

    def _element(self, selector: str) -> str:
        found = self._call("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        return f"{self.session}/element/{found[ELEMENT]}"

    def _answers(self) -> bool:
        try:
            return self._http.get(f"{self.url}/status", timeout=2).json()["value"]["ready"]
        except requests.RequestException:
            return False

    def _call(self, method: str, path: str, body: dict | None = None):
        answer = self._http.request(method, self.url + path, json=body, timeout=60)
        assert answer.status_code == 200, answer.text[:1000]
        return answer.json()["value"]
