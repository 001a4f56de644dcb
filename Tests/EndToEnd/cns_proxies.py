"""The real nginx and the real HAProxy with the configurations of docs/proxies that ask for a card and hand it on."""

from __future__ import annotations

import http.client
import pathlib
import shutil
import socket
import ssl
import subprocess

from cns_pki import Card, DemoPKI, client_context
from proxy_gate import PROXIES, Answer, EchoService, fill_in
from varco_process import free_port, make_authority, wait_until


class Upstream:
    """What a proxy hands its requests to: the loopback port of a TLS server for `localhost`, and its authority."""

    def __init__(self, port: int, authority: str | pathlib.Path, pair: tuple[str, str] | None = None):
        """`pair`: the certificate and the key that the proxy itself has to show there, if any."""
        self.port, self.authority, self.pair = port, str(authority), pair


class EchoUpstream(Upstream):
    """A service with TLS that answers with what reached it, and remembers it in `seen`."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        make_authority(folder)
        service = EchoService()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        service.server.socket = context.wrap_socket(service.server.socket, server_side=True)
        super().__init__(service.port, folder / "ca.pem")
        self.seen, self._server = service.seen, service.server

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class CardProxy:
    """A running proxy. `with start_nginx(…) as proxy:` ends it."""

    def __init__(self, name: str, port: int, authority: pathlib.Path, command: list[str], log: pathlib.Path):
        self.name, self.port, self.authority, self.log = name, port, authority, log
        self.url = f"https://localhost:{port}"
        with open(log, "wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        wait_until(self._listens, 15, f"{name} listens")

    def _listens(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(
        self, target: str, card: Card | None = None, headers: list[tuple[str, str]] = (), method: str = "GET",
        body: bytes = b"", context: ssl.SSLContext | None = None,
    ) -> Answer:
        """One request in a connection of its own, with the headers exactly as given."""
        context = context or (card.context(self.authority) if card else client_context(self.authority))
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        try:
            connection.endheaders(body or None)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def __enter__(self) -> "CardProxy":
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(15)


def start_nginx(folder: pathlib.Path, upstream: Upstream, pki: DemoPKI) -> CardProxy:
    port = _prepare(folder)
    pair = upstream.pair or (f"{folder}/server.pem", f"{folder}/server.key")
    site = fill_in((PROXIES / "nginx-cns.conf").read_text(), {
        "/etc/pki/cns-host.pem": f"{folder}/server.pem", "/etc/pki/cns-host.key": f"{folder}/server.key",
        "/etc/pki/cns-proxy.pem": pair[0], "/etc/pki/cns-proxy.key": pair[1], **_values(upstream, pki, port),
        "carta.example.it": "localhost"})
    (folder / "cns.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log warn;\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{\n  access_log off;\n{places}  include {folder}/cns.conf;\n}}\n")
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return CardProxy("nginx", port, folder / "ca.pem", command, folder / "nginx.out")


def start_haproxy(folder: pathlib.Path, upstream: Upstream, pki: DemoPKI) -> CardProxy:
    port = _prepare(folder)
    (folder / "host.pem").write_text((folder / "server.pem").read_text() + (folder / "server.key").read_text())
    pair = upstream.pair or (f"{folder}/server.pem", f"{folder}/server.key")
    (folder / "proxy.pem").write_text("".join(pathlib.Path(part).read_text() for part in pair))
    configuration = fill_in((PROXIES / "haproxy-cns.cfg").read_text(), {
        "/etc/pki/cns-host.pem": f"{folder}/host.pem", "/etc/pki/cns-proxy.pem": f"{folder}/proxy.pem",
        **_values(upstream, pki, port)})
    (folder / "haproxy.cfg").write_text(configuration)
    command = [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(folder / "haproxy.cfg")]
    return CardProxy("haproxy", port, folder / "ca.pem", command, folder / "haproxy.out")


def _prepare(folder: pathlib.Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    make_authority(folder)
    return free_port()


def _values(upstream: Upstream, pki: DemoPKI, port: int) -> dict[str, str]:
    return {
        "127.0.0.1:8445": f"127.0.0.1:{upstream.port}", "127.0.0.1:8444": f"127.0.0.1:{port}",
        "/etc/pki/cns-authorities.pem": str(pki.trust), "/etc/ssl/certs/ca-certificates.crt": upstream.authority,
        "login.example.it": "localhost"}
