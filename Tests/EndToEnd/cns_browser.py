"""Real Chromium, headless, with a card in its NSS database. Debian packages: chromium, libnss3-tools.

A headless browser shows no dialog to choose a certificate: it is chosen by the content setting that the enterprise
policy AutoSelectCertificateForUrls sets, here in the profile, so that no file outside the test's folder is touched.
Chromium does not offer a card that has expired or is not valid yet, nor one whose authority the server did not name.
It sends the certificate alone, without that of the authority.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

from cns_pki import Card, DemoPKI


class CardBrowser:
    """A browser with a home of its own: one card at most, and the authority of the servers under test."""

    def __init__(
        self, folder: pathlib.Path, *, authority: str | pathlib.Path, origins: list[str], pki: DemoPKI,
        card: Card | None = None,
    ):
        """At `origins` (such as `https://localhost:8443`) the card is shown without a question."""
        self.home = pathlib.Path(folder)
        self.profile = self.home / "profile"
        self._database = self.home / ".pki" / "nssdb"
        self._database.mkdir(parents=True)
        self._run("certutil", "-N", "--empty-password")
        self._run("certutil", "-A", "-n", "authority", "-t", "C,,", "-i", str(authority))
        if card:
            self._run("pk12util", "-i", str(card.p12), "-W", pki.p12_password, "-K", "")
        self._choose_at(origins)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [program, "-d", f"sql:{self._database}", *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _choose_at(self, origins: list[str]) -> None:
        choice = {f"{origin},*": {"setting": {"filters": [{}]}} for origin in origins}
        preferences = {"profile": {"content_settings": {"exceptions": {"auto_select_certificate": choice}}}}
        (self.profile / "Default").mkdir(parents=True)
        (self.profile / "Default" / "Preferences").write_text(json.dumps(preferences))

    def page(self, url: str, seconds: float = 30) -> str:
        """The HTML of the page as the browser has it after loading, redirects followed; empty if there was none, as
        after a handshake that failed."""
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", f"--user-data-dir={self.profile}",
             "--dump-dom", url],
            env={**os.environ, "HOME": str(self.home)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=seconds, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout
