"""A module for Varco: asks for a name and a watchword. Run it with: python3 template.py /path/to/module.sock"""
import errno, hashlib, hmac, json, os, pathlib, signal, socket, sys
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

HELLO = {"protocol": 1, "name": "template", "version": "1.0", "role": "primary", "assurance": "low",
         "ceiling": "consultation", "capabilities": []}
PROMPT = {"id": "watchword", "message": "Say who you are, and the watchword.", "fields": [
    {"name": "account", "label": "Name", "kind": "account"},
    {"name": "watchword", "label": "Watchword", "kind": "secret"}]}
STATE = "d2F0Y2h3b3Jk"  # There is nothing to know again.
# Salt and scrypt hash. Anna says "a lantern in the fog", Bruno "seven red herons".
PEOPLE = {
    "anna": ("0255682aacaf10cae68ec0ce79ae70f5", "8416ad21ab06c325168e0a501863a8d8feee0e5dbb51e9b72f08497ce17bdadb"),
    "bruno": ("f315ebe50baef93579d3169eda61ed25", "0dd19743121e5e6dea4fdc6b2a38720fcabe69935f6fff1a5be5d1de93ffd6fe")}
NOBODY = ("00" * 16, "00" * 32)

def matches(name, watchword):
    """Whether the watchword is that person's; a name that nobody has costs as much."""
    salt, wanted = (bytes.fromhex(part) for part in PEOPLE.get(name, NOBODY))
    said = hashlib.scrypt(watchword.encode("utf-8", "surrogatepass"), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return hmac.compare_digest(said, wanted) and name in PEOPLE

def begin(request):
    return {"step": "prompt", "state": STATE, "prompt": PROMPT}

def resume(request):
    fields = request["answer"]["fields"]
    name = str(fields.get("account", ""))
    if matches(name, str(fields.get("watchword", ""))) and request["state"] == STATE:
        return {"step": "verified", "identity": {"subject": {"local": name}}}
    return {"step": "denied", "denial": {"reason": "bad-credentials"}}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(200, HELLO) if self.path == "/v1/hello" else self.answer(404)

    def do_POST(self):
        step = {"/v1/begin": begin, "/v1/resume": resume}.get(self.path)
        if step is None:
            return self.answer(404)
        try:
            if not 0 <= (length := int(self.headers["Content-Length"])) <= 1 << 20:
                raise ValueError("too long")
            request = json.loads(self.rfile.read(length))
            self.answer(200, {"call": str(request["call"]), **step(request)})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.answer(400)

    def answer(self, status, message=None):
        body = b"" if message is None else json.dumps(message).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status != 200:
            self.send_header("Connection", "close")  # What is left of the request is not read.
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing: what people type is nobody's business, and the gateway keeps the records."""

class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads, request_queue_size = True, 128

def listening(path):
    """Takes the place of a socket that a crash has left behind, and of nothing else."""
    if pathlib.Path(path).is_socket():
        with socket.socket(socket.AF_UNIX) as probe:
            probe.setblocking(False)
            if probe.connect_ex(path) != errno.ECONNREFUSED:
                sys.exit(f"{path}: somebody listens there")
        os.unlink(path)
    os.umask(0o117)  # The socket is for the owner and the group, which is the gateway's.
    return Server(path, Handler)

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with listening(sys.argv[1]) as server:
        try:
            server.serve_forever()
        finally:
            os.unlink(sys.argv[1])
