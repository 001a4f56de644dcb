"""The real nginx and the real Caddy with the configurations of docs/proxies, in front of a service that echoes."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import threading

from varco_process import PORTAL, REGISTRY, ROOT, Varco, free_port, wait_until

PORTAL_HOST = PORTAL.removeprefix("https://")
REGISTRY_HOST = REGISTRY.removeprefix("https://")
PROXIES = ROOT / "docs" / "proxies"


class EchoService:
    """The service behind the gate: it believes its headers, and remembers every request."""

    def __init__(self):
        self.seen: list[dict] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                record = {
                    "method": self.command, "target": self.path, "headers": list(self.headers.items()),
                    "body": body.decode(errors="replace")}
                service.seen.append(record)
                data = json.dumps(record).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_FROBNICATE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = response.getheaders()
        self.body = response.read()

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def echo(self) -> dict:
        return json.loads(self.body)

    def echoed(self, name: str) -> list[str]:
        """What the service got under this name, or under one that a framework would take for it."""
        plain = name.lower().replace("_", "-")
        return [value for key, value in self.echo["headers"] if key.lower().replace("_", "-") == plain]


class Gate:
    """A running proxy."""

    def __init__(self, name: str, port: int, process: subprocess.Popen, log: pathlib.Path):
        self.name, self.port, self.process, self.log = name, port, process, log

    def ask(
        self, target: str, token: str | None = None, method: str = "GET", headers: list[tuple[str, str]] = (),
        host: str = PORTAL_HOST, body: bytes = b"",
    ) -> Answer:
        """One request, with the target and the headers exactly as given; `http.client` would tidy neither."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        if token:
            connection.putheader("Authorization", f"Bearer {token}")
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        try:
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Bytes as they are, for what no client library would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            wire.sendall(request)
            answer = b""
            while chunk := wire.recv(65536):
                answer += chunk
        return answer


def fill_in(text: str, values: dict[str, str]) -> str:
    """Puts the test's values into the lines marked `# change:`, and touches no other."""
    unused = set(values)
    lines = []
    for line in text.splitlines(keepends=True):
        if "# change:" in line:
            setting, mark, remark = line.partition("# change:")
            for old, new in values.items():
                if old in setting:
                    setting = setting.replace(old, new)
                    unused.discard(old)
            line = setting + mark + remark
        lines.append(line)
    assert not unused, f"not on a line marked '# change:': {unused}"
    return "".join(lines)


def start_nginx(folder: pathlib.Path, broker: Varco, service: EchoService) -> Gate:
    port = free_port()
    gate = fill_in((PROXIES / "nginx-gate.conf").read_text(), {
        "/etc/ssl/certs/ca-certificates.crt": broker.authority, "login.example.it": "localhost"})
    (folder / "varco-gate.conf").write_text(gate)
    sites = fill_in((PROXIES / "nginx.conf").read_text(), {
        "127.0.0.1:8443": f"127.0.0.1:{broker.port}", "127.0.0.1:8081": f"127.0.0.1:{service.port}",
        "127.0.0.1:8080": f"127.0.0.1:{port}", "/etc/nginx/snippets/varco-gate.conf": f"{folder}/varco-gate.conf"})
    (folder / "sites.conf").write_text(sites)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log warn;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{\n  access_log off;\n{places}  include {folder}/sites.conf;\n}}\n")
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return started("nginx", command, None, port, folder / "nginx.out")


def start_caddy(folder: pathlib.Path, broker: Varco, service: EchoService) -> Gate:
    port = free_port()
    environment = {
        **os.environ, "VARCO": broker.url, "VARCO_AUTHORITY": broker.authority, "GATE_PORT": str(port),
        "SERVICE": f"127.0.0.1:{service.port}", "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(PROXIES / "Caddyfile")]
    return started("caddy", command, environment, port, folder / "caddy.out")


def started(name: str, command: list[str], environment: dict | None, port: int, log: pathlib.Path) -> Gate:
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, 15, f"{name} listens")
    return Gate(name, port, process, log)
