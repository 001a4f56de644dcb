"""A real installation of Varco in a folder of its own, made and driven through the real commands.

Nothing here knows more than an operator or a client's developer would: commands on one side, HTTP on the other.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time

import requests

from varco_requests import (  # noqa: F401  the tests take these from here
    APPLY, IDENTITY_HEADERS, PKCE, PORTAL, READ, REGISTRY, SERVICE_SCOPES, ClientIdentity, Login, Person, VarcoRequests,
    device_cookie, fiscal_code)

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent


def binary() -> str:
    """The program under test: `VARCO_BIN`, or the debug build of this checkout."""
    return os.environ.get("VARCO_BIN") or str(ROOT / ".build" / "debug" / "varco")


_given_ports: set[int] = set()


def free_port(*, together: int = 1) -> int:
    """The first of `together` neighbouring loopback ports that are free now, below the range of outgoing ones."""
    for _ in range(500):
        first = random.randrange(20000, 29990)
        ports = range(first, first + together)
        if _given_ports.isdisjoint(ports) and all(_is_free(port) for port in ports):
            _given_ports.update(ports)
            return first
    raise RuntimeError("no free port between 20000 and 29999")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until(condition, seconds: float, what: str, every: float = 0.02) -> float:
    """Polls until the condition holds and returns how long that took; fails with `what` after so many seconds."""
    start = time.monotonic()
    while True:
        if condition():
            return time.monotonic() - start
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)




class Varco(VarcoRequests):
    """One installation. `Varco(folder).prepare()` makes it, `.start()` serves it."""

    def __init__(
        self, folder: pathlib.Path, *, tls: bool = True, freshness: str = "15m", totp: bool = False,
        proxies: tuple[str, ...] = ("127.0.0.1",), extra: str = "", instances: str = "", port: int | None = None,
        host: str = "127.0.0.1", environment: dict[str, str] | None = None,
    ):
        self.folder = pathlib.Path(folder)
        self.tls, self.freshness, self.totp, self.proxies = tls, freshness, totp, proxies
        self.extra, self.instances, self.host = extra, instances, host
        self.port = port or free_port()
        self.admin_port = free_port()
        # Every variable with Varco's prefix is configuration to it, the tests' own included.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("VARCO_")}
        self.environment = {**inherited, "VARCO_CONFIG": str(self.config), **(environment or {})}
        self.process: subprocess.Popen | None = None
        self.app: ClientIdentity | None = None
        self.portal: ClientIdentity | None = None
        self._people: list[Person] = []
        self._threads = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    # Places.

    @property
    def config(self) -> pathlib.Path:
        return self.folder / "varco.yaml"

    @property
    def authority(self) -> str:
        return str(self.folder / "ca.pem")

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self.tls else f"http://localhost:{self.port}"

    @property
    def issuer(self) -> str:
        return self.url

    @property
    def admin(self) -> str:
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def log(self) -> str:
        path = self.folder / "serve.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # Making an installation.

    def prepare(self, citizens: int = 30) -> "Varco":
        """Keys, certificates, configuration, catalogue, citizens and the two usual clients."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("kek.keys", "pepper.keys"):
            self.run("key", "new", str(self.folder / name))
        if self.tls:
            make_authority(self.folder)
        self.config.write_text(self.yaml())
        self.run("migrate")
        self.run("service", "apply", str(HERE / "catalogue.yaml"))
        self.import_people(citizens)
        self.app = self.add_client(
            "app", "--first-party", *pairs("--scope", SERVICE_SCOPES), "--scope", "offline_access",
            "--resource", PORTAL)
        self.portal = self.add_client(
            "portal", "--grant", "client_credentials", "--resource", PORTAL, "--introspect", PORTAL)
        return self

    def yaml(self) -> str:
        listen = (
            f"  tls:\n    certificate: {self.folder}/server.pem\n    key: {self.folder}/server.key"
            if self.tls else "  plain_http_behind_proxy: true")
        then = "\n    then: [totp]" if self.totp else ""
        factor = "\n  - id: totp\n    type: totp" if self.totp else ""
        return f"""\
environment: test
issuer: {self.issuer}
listen:
  host: {self.host}
  port: {self.port}
{listen}
admin:
  port: {self.admin_port}
store:
  sqlite: {self.folder}/varco.sqlite
keys:
  key_encryption_file: {self.folder}/kek.keys
  pepper_file: {self.folder}/pepper.keys
audit:
  checkpoint: {self.folder}/checkpoints.jsonl
proxies: [{", ".join(self.proxies)}]
authenticators:
  - id: pin-ordinario
    type: pin-ordinario{then}
  - id: pin-dispositivo
    type: pin-dispositivo
    freshness: {self.freshness}{then}{factor}
{self.instances}{self.extra}"""

    def require_totp(self) -> "Varco":
        """From now on every PIN is followed by a code. PINs that were changed before are the easier for it."""
        self.totp = True
        self.config.write_text(self.yaml())
        return self.restart()

    def import_people(self, count: int) -> None:
        """Workers, and every fifth a pensioner; ``person()`` hands them out one by one."""
        start = len(self._people)
        people = [
            Person(fiscal_code(start + number), "pensioner" if number % 5 == 4 else "worker-private")
            for number in range(count)
        ]
        table = self.folder / "citizens.csv"
        rows = [f"{one.code},{one.given_name},{one.family_name},{one.profile}" for one in people]
        table.write_text("\n".join(["fiscal_code,given_name,family_name,profiles", *rows]) + "\n")
        self.run("citizen", "import", str(table))
        self._people += people

    def person(self, grade: str | None = None, *, changed: bool = True, profile: str = "worker-private") -> Person:
        """A citizen whom nobody else uses; with a grade, also a PIN, already changed to 8 characters unless told."""
        with self._lock:
            found = next(one for one in self._people if one.profile == profile)
            self._people.remove(found)
        if grade:
            self.issue_pin(found, grade)
            if changed:
                self.change_issued_pin(found)
        return found

    def issue_pin(self, person: Person, grade: str) -> None:
        answer = json.loads(self.run("pin", "issue", person.code, "--grade", grade, "--json").stdout)
        person.pin, person.grade = answer["pin"], grade

    def change_issued_pin(self, person: Person, device: str | None = None) -> Login:
        """The forced first change, with the PIN that Varco proposes."""
        pkce = PKCE()
        asked = self.challenge({
            **pkce.parameters, "scope": READ, "authenticator": "pin-ordinario", "fiscal_code": person.code,
            "pin": person.pin}, device=device)
        prompt = asked.json()["prompt"]
        assert prompt["id"] == "pin-change", asked.text
        done = self.challenge(
            {"auth_session": asked.json()["auth_session"], "new_pin": prompt["proposal"]}, device=device)
        person.pin = prompt["proposal"]
        return self.finished(done, pkce)

    def add_client(self, id: str, *options: str, method: str = "client_secret_basic", assertion=None) -> ClientIdentity:
        answer = json.loads(self.run("client", "add", id, "--auth", method, *options, "--json").stdout)
        return ClientIdentity(id, answer.get("secret"), method, assertion)

    # Commands and the process.

    def command(self, *arguments: str) -> list[str]:
        return [binary(), *arguments]

    def run(self, *arguments: str, check: bool = True, timeout: float = 60) -> subprocess.CompletedProcess:
        """Runs a command of Varco on this installation and returns what it printed."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment, cwd=self.folder, capture_output=True, text=True,
            timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"varco {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self, seconds: float = 30) -> "Varco":
        """Starts `varco serve` and waits until it is ready."""
        assert self.process is None or self.process.poll() is not None, "it is running already"
        with open(self.folder / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                self.command("serve"), env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        wait_until(self._ready_or_dead, seconds, f"varco serve is ready\n{self.log[-2000:]}")
        if self.process.poll() is not None:
            raise AssertionError(f"varco serve ended with {self.process.returncode}\n{self.log[-2000:]}")
        return self

    def _ready_or_dead(self) -> bool:
        return self.process.poll() is not None or self.is_ready()

    def is_ready(self) -> bool:
        try:
            # Ready is not enough: the public listener may be a moment behind.
            return self.http.get(f"{self.admin}/readyz", timeout=2).status_code == 200 and not _is_free(self.port)
        except requests.RequestException:
            return False

    def stop(self, seconds: float = 20) -> int:
        """Ends it in order (SIGTERM) and returns its exit status."""
        return self._end(signal.SIGTERM, seconds)

    def kill(self) -> int:
        """Ends it as a power cut would (SIGKILL)."""
        return self._end(signal.SIGKILL, 10)

    def _end(self, kind: signal.Signals, seconds: float) -> int:
        process, self.process = self.process, None
        self.hang_up()
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(kind)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise AssertionError(f"varco serve did not end within {seconds} s of {kind.name}") from None

    def hang_up(self) -> None:
        """Closes every connection of ours, as a client does before it goes."""
        with self._lock:
            sessions, self._sessions, self._threads = self._sessions, [], threading.local()
        for session in sessions:
            session.close()

    def restart(self) -> "Varco":
        """Stops it if it runs, and starts it."""
        self.stop()
        return self.start()



def pairs(option: str, values: list[str]) -> list[str]:
    return [part for value in values for part in (option, value)]




def make_authority(folder: pathlib.Path, names: tuple[str, ...] = ("localhost",)) -> None:
    """A throw-away CA (`ca.pem`) and a server certificate (`server.pem`, `server.key`) for loopback."""
    alternatives = ",".join(f"DNS:{name}" for name in names)
    (folder / "server.ext").write_text(
        f"subjectAltName=IP:127.0.0.1,{alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl(folder, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj",
            "/CN=Varco test CA", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign")
    openssl(folder, "req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "server.pem", "-days", "2", "-extfile", "server.ext")


def openssl(folder: pathlib.Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
