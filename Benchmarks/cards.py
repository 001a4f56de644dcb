"""The parts of `make bench` about cards: paths, a list of a million entries, handshakes beside nginx's."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from figures import Spread, Table, noise, ratios
from processes import Wrk, busy_share, cpu_seconds, memory_megabytes
from stand import HOST, READ, bench_binary

from cns_gateway import CardGateway
from cns_pki import DemoPKI
from cns_servers import CrlServer
from varco_process import free_port, wait_until

ENTRIES = 1_000_000
CLIENTS = 4


class CardBench:
    def __init__(self, rounds: int, folder: pathlib.Path, table: Table):
        self.rounds, self.folder, self.table = rounds, folder, table
        self.pki = DemoPKI.make(folder / "pki", only=("good", "revoked"))

    def part(self, text: str) -> None:
        self.table.title(f"{text}   [others use {busy_share() * 100:.0f} % of the CPU]")

    # 8. Paths.

    def paths(self) -> None:
        self.part("8. Validations a second of a chain of three with its lists, one thread")
        card = self.pki["good"]
        bare, ours = [], []
        for _ in range(self.rounds):
            found = self.measured(
                "paths", "--leaf", card.certificate, "--issuer", card.issuer, "--root", self.pki.anchor, "--crls",
                self.pki.crl("ca1"), "--crls", self.pki.crl("root"))
            bare.append(found["bare"])
            ours.append(found["ours"])
        self.table.line("X509_verify_cert in a loop in C", Spread(bare).text("{:.0f}"))
        self.table.line("CertificateKit", Spread(ours).text("{:.0f}"))
        self.table.line("noise: the loop in C / itself a round before", noise(bare).text())
        self.table.judged("CertificateKit / the loop in C", ratios(ours, bare), 0.7, at_least=True)

    def measured(self, *arguments: object) -> dict:
        done = subprocess.run([bench_binary(), *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return json.loads(done.stdout)

    # 9. A large list.

    def large_list(self) -> None:
        self.part(f"9. A revocation list of {ENTRIES:,} entries")
        large = self.folder / "large.crl"
        write_list(large, self.pki, ENTRIES)
        card = self.pki["good"]
        found = [
            self.measured("list", "--crl", large, "--issuer", card.issuer, "--leaf", card.certificate)
            for _ in range(self.rounds)]
        self.table.line("the file, MB", f"{large.stat().st_size / 1e6:>9.1f}")
        self.table.judged("load, s", Spread([one["load"] for one in found]), 5)
        self.table.judged("kept, MB", Spread([one["kept"] for one in found]), 64, form="{:.1f}")
        self.table.judged("lookup, microseconds", Spread([one["lookup"] for one in found]), 20)
        self.large_list_in_a_gateway(large)

    def large_list_in_a_gateway(self, large: pathlib.Path) -> None:
        """Decisions while the gateway reads the list, and a restart with the copy that it has kept."""
        state = self.folder / "state"
        addresses = ", ".join(f"{self.pki.crl_base}/{name}.crl" for name in ("root", "ca1"))
        gateway = CardGateway(
            self.folder / "large-list", self.pki, tls=True,
            revocation=f"crl_addresses: [{addresses}]\nstate: {state}\nlearn: false\nocsp: false").prepare()
        alone, beside = [], []
        with CrlServer(self.pki) as server:
            server.replace("ca1.crl", large.read_bytes())
            gateway.start()
            try:
                wait_until(lambda: gateway.problem(self.pki["good"]) == "accepted", 60, "the list is read", every=0.05)
                fetched = server.count("ca1.crl")
                person = gateway.person("ordinario")
                for _ in range(self.rounds):
                    headers = self.bearer(gateway, person)
                    alone.append(self.decisions(gateway, headers))
                    # Reads the copy again, as at every start, while the decisions run.
                    gateway.restart()
                    beside.append(self.decisions(gateway, self.bearer(gateway, person)))
                wait_until(lambda: gateway.problem(self.pki["good"]) == "accepted", 60, "the copy is read", every=0.05)
                again = server.count("ca1.crl") - fetched
            finally:
                gateway.stop()
        self.table.line("decisions alone, p99 ms", Spread(alone).text())
        self.table.line("decisions while it is read after a restart, p99 ms", Spread(beside).text())
        self.table.judged("while it is read / alone", ratios(beside, alone), 2)
        self.table.judged("fetches after restarts", Spread([float(again)]), 0, form="{:.0f}")

    @staticmethod
    def bearer(gateway: CardGateway, person) -> dict[str, str]:
        return {"Authorization": f"Bearer {gateway.access_token(person)}", "X-Forwarded-Host": HOST}

    @staticmethod
    def decisions(gateway: CardGateway, headers: dict[str, str]) -> float:
        path = f"{gateway.url}/forward-auth?scope={READ}"
        return Wrk(path, script="paced", arguments=["2"], connections=4, seconds=3, headers=headers).result().p99

    # 10. Handshakes.

    def handshakes(self) -> None:
        self.part("10. Full TLS 1.3 handshakes a second with a client certificate and its validation")
        gateway = CardGateway(self.folder / "handshakes", self.pki).prepare().start()
        ours, theirs, ours_cpu, theirs_cpu = [], [], [], []
        try:
            with nginx(self.folder / "nginx", gateway, self.pki) as (port, pids):
                for _ in range(self.rounds):
                    rate, cost = self.rate(port, "/", gateway, pids)
                    theirs.append(rate)
                    theirs_cpu.append(cost)
                    rate, cost = self.rate(gateway.card_port, "/cns", gateway, [gateway.process.pid])
                    ours.append(rate)
                    ours_cpu.append(cost)
            if gateway.metric('varco_card_arrivals_total{outcome="works"}') < sum(ours):
                raise RuntimeError("the card was not validated each time")
        finally:
            gateway.stop()
        self.table.line("nginx, ssl_verify_client on, the same chain and lists", Spread(theirs).text("{:.0f}"))
        self.table.line("Varco, a card that is tried", Spread(ours).text("{:.0f}"))
        self.table.line("CPU of a handshake, nginx, ms", Spread(theirs_cpu).text())
        self.table.line("CPU of a handshake, Varco, ms", Spread(ours_cpu).text())
        self.table.line("noise: nginx / itself a round before", noise(theirs).text())
        self.table.judged("Varco / nginx", ratios(ours, theirs), 0.6, at_least=True)

    def rate(self, port: int, path: str, gateway: CardGateway, pids: list[int], seconds: int = 4) -> tuple[float, float]:
        """Handshakes a second of some clients at once, and the milliseconds of the server's CPU that each took."""
        card = self.pki["good"]
        # s_time writes `GET PATH HTTP/1.0` and reads until the end; this makes it a request that ends the connection.
        page = f"{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Rest: "
        command = [
            "openssl", "s_time", "-connect", f"localhost:{port}", "-new", "-tls1_3", "-time", str(seconds), "-www", page,
            "-cert", str(card.chain), "-key", str(card.key), "-CAfile", gateway.authority]
        before = sum(cpu_seconds(pid) for pid in pids)
        clients = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for _ in range(CLIENTS)]
        done = sum(connections(client.communicate(timeout=seconds + 30)[0]) for client in clients)
        if not done:
            raise RuntimeError("no handshake succeeded")
        return done / seconds, (sum(cpu_seconds(pid) for pid in pids) - before) / done * 1000


def connections(output: str) -> int:
    """`1234 connections in 4 real seconds, …` of openssl s_time."""
    for line in output.splitlines():
        if "real seconds" in line:
            return int(line.split()[0])
    raise RuntimeError(output[-500:])


@contextlib.contextmanager
def nginx(folder: pathlib.Path, gateway: CardGateway, pki: DemoPKI) -> Iterator[tuple[int, list[int]]]:
    """nginx that verifies client certificates against the same authorities and lists."""
    folder.mkdir()
    port = free_port()
    (folder / "crls.pem").write_text("".join(path.read_text() for path in pki.crls_in_pem()))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(f"""\
daemon off;
worker_processes {os.cpu_count()};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
{places}  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {gateway.folder}/server.pem;
    ssl_certificate_key {gateway.folder}/server.key;
    ssl_protocols TLSv1.3;
    ssl_session_cache off;
    ssl_session_tickets off;
    ssl_verify_client on;
    ssl_verify_depth 3;
    ssl_client_certificate {pki.trust};
    ssl_crl {folder}/crls.pem;
    location / {{ return 200 "ok"; }}
  }}
}}
""")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        time.sleep(1)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
        yield port, [int(pid) for pid in children.stdout.split()]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


# A list of any size: what a library would take minutes for.


def write_list(path: pathlib.Path, pki: DemoPKI, count: int) -> None:
    """The list of `ca1` with so many made-up serial numbers of 16 octets, signed with its key."""
    model = x509.load_der_x509_crl(pki.crl("ca1").read_bytes())
    body = element(model.tbs_certlist_bytes)
    parts, rest = [], body
    while rest:
        size = whole(rest)
        parts.append(rest[:size])
        rest = rest[size:]
    date = b"\x17\x0d" + time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() - 3600)).encode()
    entries = b"".join(
        b"\x30\x21\x02\x10" + (0x40 << 120 | number * 0x9E3779B97F4A7C15).to_bytes(16, "big") + date
        for number in range(count))
    # version, signature, issuer, thisUpdate, nextUpdate, then the entries, then the extensions.
    to_be_signed = wrap(0x30, b"".join(parts[:5]) + wrap(0x30, entries) + parts[-1])
    key = serialization.load_pem_private_key((pki.folder / "cas" / "ca1" / "key.pem").read_bytes(), None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(to_be_signed, ec.ECDSA(hashes.SHA256()))
    else:
        signature = key.sign(to_be_signed, padding.PKCS1v15(), hashes.SHA256())
    path.write_bytes(wrap(0x30, to_be_signed + parts[1] + wrap(0x03, b"\0" + signature)))


def wrap(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = (len(content).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(content).to_bytes(size, "big") + content


def whole(der: bytes) -> int:
    """The octets of the first element, its tag and length included."""
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    return 2 + size + int.from_bytes(der[2:2 + size], "big")


def element(der: bytes) -> bytes:
    """The content of an element."""
    return der[2:] if der[1] < 0x80 else der[2 + (der[1] & 0x7F):]
