"""What is measured: two installations, of a few citizens and of many, and a bare server beside them."""

from __future__ import annotations

import base64
import http.client
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[1]
RELEASE = ROOT / ".build" / "release"
os.environ.setdefault("VARCO_BIN", str(RELEASE / "varco"))
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))

from processes import run_measured, wait_for_answer  # noqa: E402
from varco_process import PKCE, PORTAL, READ, ClientIdentity, Person, Varco, free_port  # noqa: E402

HOST = PORTAL.removeprefix("https://")
FORM = "application/x-www-form-urlencoded"
PROFILES = ["pensioner", "worker-private", "worker-public", "professional", "intermediary"]

# Every profile that made-up citizens have, and the one service that is asked for.
CATALOGUE = f"""\
profiles:
{"".join(f"  - {{id: {profile}, areas: [everyone]}}{chr(10)}" for profile in PROFILES)}
services:
  - {{id: estratto-conto, name: Estratto conto, areas: [everyone], rights: [consultation]}}
resources:
  - {{id: "{PORTAL}", hosts: [{HOST}], sector: {HOST}, services: [all]}}
"""


def bench_binary() -> str:
    return os.environ.get("VARCO_BENCH_BIN") or str(RELEASE / "varco-bench")


@dataclass
class Site:
    """An installation with its citizens and what its import has cost."""

    varco: Varco
    count: int
    people: list[Person] = field(default_factory=list)
    import_seconds: float = 0
    import_megabytes: float = 0

    @property
    def pid(self) -> int:
        return self.varco.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.varco.port}"

    def serve(self) -> float:
        """Starts the gateway and returns the seconds to its first answer."""
        varco = self.varco
        with open(varco.folder / "serve.log", "ab") as log:
            varco.process = subprocess.Popen(
                varco.command("serve"), env=varco.environment, cwd=varco.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        return wait_for_answer(varco.process, varco.admin_port, "/readyz")

    def stop(self) -> None:
        self.varco.stop()

    def person(self) -> Person:
        return self.people.pop()

    def with_issued_pins(self, count: int) -> list[Person]:
        people = [self.person() for _ in range(count)]
        for one in people:
            self.varco.issue_pin(one, "ordinario")
        return people

    def with_changed_pins(self, count: int) -> list[Person]:
        """The first logins with PINs of 16 characters, each with its forced change."""
        people = self.with_issued_pins(count)
        for one in people:
            self.varco.change_issued_pin(one)
        return people

    @property
    def authorization(self) -> str:
        return basic(self.varco.app)

    def bearer(self, person: Person) -> dict[str, str]:
        """The headers with which a proxy would ask for this person."""
        return {"Authorization": f"Bearer {self.varco.access_token(person)}", "X-Forwarded-Host": HOST}


def basic(client: ClientIdentity) -> str:
    return "Basic " + base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()


def login_form(code: str, pin: str) -> str:
    """A login in one request."""
    return urllib.parse.urlencode({
        **PKCE("x" * 43).parameters, "scope": READ, "authenticator": "pin-ordinario", "fiscal_code": code, "pin": pin})


class Caller:
    """One connection that logs people in, one after the other."""

    def __init__(self, site: Site):
        self.connection = http.client.HTTPConnection("127.0.0.1", site.varco.port, timeout=30)
        self.headers = {"Content-Type": FORM, "Authorization": site.authorization}

    def login(self, code: str, pin: str) -> tuple[float, int, bytes]:
        """Milliseconds, status and body."""
        form = login_form(code, pin)
        start = time.perf_counter()
        self.connection.request("POST", "/oauth2/authorize-challenge", form, self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - start) * 1000, answer.status, body


def make_site(folder: pathlib.Path, count: int, needed: int, instances: str = "") -> Site:
    """An installation with so many citizens, of whom some are kept at hand to be given PINs."""
    varco = Varco(folder, tls=False, instances=instances).prepare(citizens=1)
    (folder / "catalogue.yaml").write_text(CATALOGUE)
    varco.run("service", "apply", str(folder / "catalogue.yaml"))
    site = Site(varco, count)
    table = folder / "many.csv"
    with open(table, "wb") as file:
        subprocess.run([bench_binary(), "citizens", "--count", str(count)], stdout=file, check=True)
    site.import_seconds, site.import_megabytes = run_measured(
        varco.command("citizen", "import", str(table)), env=varco.environment, cwd=folder)
    with open(table) as file:
        columns = next(file).rstrip().split(",")
        for line in file:
            row = dict(zip(columns, line.rstrip("\n").split(",")))
            if row["profiles"] == "worker-private":
                site.people.append(Person(row["fiscal_code"], row["profiles"]))
            if len(site.people) == needed:
                break
    table.unlink()
    return site


def unknown_codes(count: int, after: int) -> list[str]:
    """Valid fiscal codes of people whom no installation knows."""
    done = subprocess.run(
        [bench_binary(), "citizens", "--count", str(after + count), "--after", str(after)], capture_output=True,
        text=True, check=True)
    return [line.split(",", 1)[0] for line in done.stdout.splitlines()[1:]]


class BareServer:
    """The constant that a decision is compared with."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen([bench_binary(), "bare", "--port", str(self.port)])
        wait_for_answer(self.process, self.port, "/forward-auth")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
