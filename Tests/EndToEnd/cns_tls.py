"""TLS servers that want a card and show whose they got, to try clients with."""

from __future__ import annotations

import contextlib
import http.server
import pathlib
import ssl
import subprocess
import threading

from cryptography import x509

from cns_pki import DemoPKI
from varco_process import free_port, wait_until


@contextlib.contextmanager
def openssl_s_server(pki: DemoPKI, host: pathlib.Path):
    """`openssl s_server`, which wants a card; yields its port. `host` has `server.pem` and `server.key`."""
    port, log = free_port(), host / "s_server.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", host / "server.pem", "-key",
             host / "server.key", "-CAfile", pki.trust, "-Verify", "3", "-verify_return_error", "-www"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        wait_until(lambda: b"ACCEPT" in log.read_bytes(), 10, "openssl s_server listens")
        yield port
    finally:
        process.terminate()
        process.wait(10)


class PageServer:
    """A page with the serial number of the card that was shown; without one there is no handshake."""

    def __init__(self, pki: DemoPKI, host: pathlib.Path):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                card = x509.load_der_x509_certificate(self.connection.getpeercert(binary_form=True))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(f"<p>card {card.serial_number:X}</p>".encode())

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(host / "server.pem", host / "server.key")
        context.load_verify_locations(pki.trust)
        context.verify_mode = ssl.CERT_REQUIRED
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
