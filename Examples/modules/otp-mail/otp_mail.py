"""A module for Varco that sends a code to an e-mail address: python3 otp_mail.py /path/to/module.sock (README.md)."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import queue
import re
import secrets
import smtplib
import ssl
import sys
import threading
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from module_socket import Busy, serve

HELLO = {"protocol": 1, "name": "otp-mail", "version": "1.0", "role": "primary", "assurance": "low",
         "ceiling": "consultation", "capabilities": []}
ADDRESS = {"name": "account", "label": "E-mail address", "kind": "account"}
CODE = {"name": "code", "label": "Code", "kind": "code"}
SENT = "If this address is registered, a code has been sent to it; no more than one a minute."
TEXT = "Your code is {code}.\n\nIt is good once, within ten minutes. Tell it to nobody.\n"
MAIL_ADDRESS = r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+"
DENIED = {"step": "denied", "denial": {"reason": "bad-credentials"}}
DEFAULTS = {"SMTP_HOST": "localhost", "SMTP_PORT": "25", "SMTP_TLS": "no", "MAILS_PER_HOUR": "600"}


def settings() -> dict[str, str]:
    """What the environment says under OTP_MAIL_, over the defaults."""
    said = {name.removeprefix("OTP_MAIL_"): value for name, value in os.environ.items() if name.startswith("OTP_MAIL_")}
    if not said.get("SENDER") or not said.get("ADDRESSES"):
        sys.exit("OTP_MAIL_SENDER and OTP_MAIL_ADDRESSES are needed")
    return {**DEFAULTS, **said}


class Postman:
    """Sends mails in the background, so that nobody can tell by the time whether one was sent."""

    def __init__(self, found: dict[str, str]):
        self.found, self.waiting = found, queue.Queue()
        for _ in range(4):
            threading.Thread(target=self.work, daemon=True).start()

    def is_allowed(self, address: str) -> bool:
        """Read anew each time, so that a changed file counts at once."""
        known = self.found["ADDRESSES"]
        return known == "any" or address in pathlib.Path(known).read_text(encoding="utf-8").lower().split()

    def work(self) -> None:
        while True:
            address, code = self.waiting.get()
            try:
                self.send(address, code)
            except (OSError, smtplib.SMTPException) as error:  # Its words may hold the address.
                print(f"a mail was not sent: {type(error).__name__}", file=sys.stderr, flush=True)

    def send(self, address: str, code: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.found["SENDER"], address, "Your code"
        mail["Date"], mail["Message-ID"], mail["Auto-Submitted"] = formatdate(), make_msgid(), "auto-generated"
        mail.set_content(TEXT.format(code=code))
        with smtplib.SMTP(self.found["SMTP_HOST"], int(self.found["SMTP_PORT"]), timeout=10) as server:
            if self.found["SMTP_TLS"] == "yes":
                server.starttls(context=ssl.create_default_context())
            server.send_message(mail)


class Codes:
    """The codes that are out, by handle, as hashes. A restart forgets them all."""

    def __init__(self, postman: Postman, per_hour: int, now=time.monotonic):
        self.postman, self.per_hour, self.now = postman, per_hour, now
        self.key, self.lock = secrets.token_bytes(32), threading.Lock()
        self.out: dict[str, tuple[float, str, bytes]] = {}  # Handle: until when, address, hash. The oldest is first.
        self.asked: dict[str, float] = {}  # Address: when, of the last minute. The oldest is first.
        self.mails: list[float] = []  # When, of the last hour.

    def hashed(self, handle: str, code: str) -> bytes:
        return hmac.digest(self.key, f"{handle} {code}".encode(), hashlib.sha256)

    def issue(self, address: str) -> str:
        """The handle of a new code; for an unknown address, or a second time within a minute, of none."""
        handle, code = secrets.token_urlsafe(16), f"{secrets.randbelow(10**6):06}"
        is_allowed = self.postman.is_allowed(address)
        with self.lock:
            now = self.now()
            for kept, is_over in ((self.out, lambda one: one[0] <= now), (self.asked, lambda one: one <= now - 60)):
                while kept and is_over(next(iter(kept.values()))):
                    del kept[next(iter(kept))]
            self.mails = [at for at in self.mails if at > now - 3600]
            if len(self.mails) >= self.per_hour or len(self.out) >= 10_000:
                raise Busy
            is_sent = is_allowed and address not in self.asked
            self.asked.setdefault(address, now)
            self.out[handle] = now + 600, address, self.hashed(handle, code) if is_sent else secrets.token_bytes(32)
            if is_sent:
                self.mails.append(now)
                self.postman.waiting.put((address, code))
        return handle

    def redeem(self, handle: str, address: str, code: str) -> bool:
        """Whether that was the code; it is asked once, and good for nothing afterwards."""
        with self.lock:
            until, owner, wanted = self.out.pop(handle, (0.0, "", b""))
        return hmac.compare_digest(wanted, self.hashed(handle, code)) and owner == address and self.now() < until


def prompt(state: dict, id: str, field: dict, message: str) -> dict:
    packed = base64.b64encode(json.dumps(state).encode()).decode()
    return {"step": "prompt", "state": packed, "prompt": {"id": id, "message": message, "fields": [field]}}


def begin(request: dict) -> dict:
    return prompt({}, "address", ADDRESS, "A code will be sent to your e-mail address.")


def remembered(state: str) -> dict | None:
    """What a prompt of ours said; None for what we did not write."""
    try:
        found = json.loads(base64.b64decode(state, validate=True))
    except ValueError:
        return None
    return found if found == {} or isinstance(found, dict) and found.keys() == {"handle", "address"} else None


def resume(codes: Codes, request: dict) -> dict:
    state, fields = remembered(request["state"]), request["answer"]["fields"]
    if state is None:
        return DENIED
    if not state:
        address = str(fields.get("account", "")).strip().lower()
        if len(address) > 254 or not re.fullmatch(MAIL_ADDRESS, address):
            return prompt({}, "address", ADDRESS, "That is no e-mail address.")
        return prompt({"handle": codes.issue(address), "address": address}, "code", CODE, SENT)
    code = re.sub(r"\s", "", str(fields.get("code", "")))
    if not re.fullmatch("[0-9]{6}", code):
        return prompt(state, "code", CODE, "The code has 6 digits.")
    is_right = codes.redeem(str(state["handle"]), str(state["address"]), code)
    return {"step": "verified", "identity": {"subject": {"local": state["address"]}}} if is_right else DENIED


if __name__ == "__main__":
    codes = Codes(Postman(chosen := settings()), int(chosen["MAILS_PER_HOUR"]))
    serve(sys.argv[1], HELLO, begin, lambda request: resume(codes, request))
