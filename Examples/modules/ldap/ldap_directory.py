"""A real slapd with TLS for the tests, and the module `varco-ldap` in front of it."""

from __future__ import annotations

import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "Tests" / "EndToEnd"))

from module_process import ModuleProcess  # noqa: E402
from varco_process import ROOT, binary, free_port, make_authority, wait_until  # noqa: E402

BASE = "dc=ente,dc=example"
ANNAS, STARS, SEARCHERS = "una lanterna nella nebbia", "sette aironi rossi", "cerco e non trovo"
SECRETS = (ANNAS, STARS, SEARCHERS)
# A name made of what filters are made of.
STAR = "a*(b)"

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
# Who binds with a password in the clear is refused, but on the Unix socket.
security simple_bind={strength}
localSSF 256
database mdb
maxsize 10485760
suffix {base}
directory {folder}/store
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact=cn=search,{base} read by anonymous auth by * none
"""


def person(user: str, password: str) -> str:
    return (f"dn: uid={user},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {user}\ncn: {user}\nsn: {user}\n"
            f"userPassword: {password}\n\n")


def account(name: str, password: str) -> str:
    return (f"dn: cn={name},{BASE}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: {name}\n"
            f"userPassword: {password}\n\n")


def content() -> str:
    """Anna's password is that of twenty more: a wrong guess locks an account for minutes."""
    people = [person(user, ANNAS) for user in ["anna", *(f"p{number:02}" for number in range(20))]]
    return (f"dn: {BASE}\nobjectClass: domain\ndc: ente\n\n"
            f"dn: ou=people,{BASE}\nobjectClass: organizationalUnit\nou: people\n\n"
            + account("search", SEARCHERS) + account("nobody", "nessuno") + "".join(people) + person(STAR, STARS))


class Slapd:
    """A directory on a Unix socket and on loopback, whose log says each bind and each search."""

    def __init__(self, *, strength: int = 128):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slapd-"))
        (self.folder / "store").mkdir()
        make_authority(self.folder)
        (self.folder / "slapd.conf").write_text(
            CONFIGURATION.format(folder=self.folder, base=BASE, strength=strength))
        (self.folder / "people.ldif").write_text(content())
        self.port, self.tls_port = free_port(), free_port()
        self.local = "ldapi://" + str(self.folder / "ldapi").replace("/", "%2F")
        self.plain, self.tls = f"ldap://127.0.0.1:{self.port}", f"ldaps://127.0.0.1:{self.tls_port}"
        # The certificate is for 127.0.0.1.
        self.misnamed = f"ldaps://127.0.0.2:{self.tls_port}"
        self.people = [f"p{number:02}" for number in range(20)]
        self.process: subprocess.Popen | None = None
        self._run("/usr/sbin/slapadd", "-f", self.folder / "slapd.conf", "-l", self.folder / "people.ldif")

    def start(self) -> "Slapd":
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/slapd", "-d", "stats", "-f", self.folder / "slapd.conf", "-h",
                 f"{self.local} {self.plain} {self.tls} {self.misnamed}"], stdout=log, stderr=log)
        wait_until(self.accepts, 10, f"slapd takes connections\n{self.log[-2000:]}")
        return self

    def accepts(self) -> bool:
        assert self.process.poll() is None, self.log
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.tls_port)) == 0

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def person(self) -> str:
        """A user name that no other test has; the password is Anna's."""
        return self.people.pop()

    def uuid(self, user: str) -> str:
        """The entry's UUID, as ldapsearch of the account that searches sees it."""
        escaped = "".join(one if one.isalnum() else f"\\{ord(one):02x}" for one in user)
        found = self._run(
            "ldapsearch", "-LLL", "-x", "-H", self.local, "-D", f"cn=search,{BASE}", "-w", SEARCHERS, "-b", BASE,
            f"(uid={escaped})", "entryUUID")
        return next(line.split(": ")[1] for line in found.splitlines() if line.startswith("entryUUID: "))

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def binds(self, action) -> list[str]:
        """The names that binds asked for while the action ran, in order."""
        start = len(self.log)
        action()
        return [line.split('dn="')[1].split('"')[0] for line in self.log[start:].splitlines()
                if " BIND dn=" in line and " method=128" in line]

    @staticmethod
    def _run(*command: object) -> str:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def program() -> pathlib.Path:
    """`varco-ldap` beside the gateway under test, or the debug build of this checkout."""
    beside = pathlib.Path(binary()).parent / "varco-ldap"
    return beside if beside.exists() else ROOT / ".build" / "debug" / "varco-ldap"


class Module(ModuleProcess):
    """The module with settings of its own; `changes` replaces some, and None leaves one out."""

    def __init__(self, url: str, **changes: object):
        super().__init__(program(), "", interpreter=None)
        password = self.folder / "password"
        password.touch(0o600)
        password.write_text(SEARCHERS + "\n")
        self.settings = {
            "url": url, "base": f"ou=people,{BASE}", "bind_dn": f"cn=search,{BASE}",
            "bind_password_file": str(password), "decoy_dn": f"cn=nobody,{BASE}", **changes}
        kept = {key: value for key, value in self.settings.items() if value is not None}
        path = self.folder / "settings.json"
        path.write_text(json.dumps(kept))
        self.arguments = (str(path),)

    def run(self) -> subprocess.CompletedProcess:
        """Starts it where it is expected to end by itself."""
        return subprocess.run(
            [str(self.script), self.socket, *self.arguments], capture_output=True, text=True, timeout=20, check=False)

    def ask(self, path: str, message: dict) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("module", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(20)
        connection.sock.connect(self.socket)
        connection.request("POST", path, json.dumps({
            "call": "c1", "instance": "ldap", "issuer": "https://accesso.ente.example", **message}))
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    def login(self, user: str, password: str) -> tuple[int, dict]:
        """What the gateway would ask for a first login."""
        login = {"purpose": "first-login", "subject": None, "relay_state": "q9", "browser": False}
        status, step = self.ask("/v1/begin", {"login": login})
        assert status == 200 and step["step"] == "prompt", step
        return self.ask(
            "/v1/resume", {"state": step["state"], "answer": {"fields": {"account": user, "password": password}}})


def is_proven(answer: tuple[int, dict], subject: str) -> bool:
    return answer[0] == 200 and answer[1].get("identity", {}).get("subject") == {"local": subject}


def is_fault(answer: tuple[int, dict]) -> bool:
    return answer == (502, {"error": "unavailable"})
