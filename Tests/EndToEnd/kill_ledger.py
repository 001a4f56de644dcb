"""What the gateway has acknowledged, kept where no kill of it can reach: an append-only file, synced line by line."""

from __future__ import annotations

import json
import os
import pathlib
import threading
from dataclasses import dataclass, field


@dataclass
class Token:
    citizen: str
    access: str
    refresh: str
    #: Whether the refresh token was revoked (and the family with it) rather than the access token alone.
    family_revoked: bool = False
    access_revoked: bool = False
    #: An answer was lost, so that nobody outside knows whether it is revoked.
    is_unsure: bool = False


@dataclass
class Standing:
    """What must be true of a citizen's PIN, as far as acknowledgements go."""

    pin: str | None = None
    is_issued_form: bool = False
    is_revoked: bool = False
    #: An answer was lost: the PIN may be the old or the new one until the next acknowledged issue.
    is_unsure: bool = False
    #: PINs that were replaced or revoked, newest last.
    dead: list[str] = field(default_factory=list)
    device: str | None = None
    tokens: list[Token] = field(default_factory=list)
    #: Tokens of PINs that have ended since: worth nothing any more (R12).
    ended_tokens: list[Token] = field(default_factory=list)

    def end_pin(self) -> None:
        if self.pin:
            self.dead.append(self.pin)
        self.pin, self.device = None, None
        self.ended_tokens += [token for token in self.tokens if not token.is_unsure]
        self.tokens = []


class Ledger:
    """Replays its own file, so that what the checks believe is what was written down."""

    def __init__(self, path: pathlib.Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()
        self.path = path
        self.counts: dict[str, int] = {}

    def acknowledged(self, what: str, citizen: str, **facts: object) -> None:
        """Only ever called after a whole 2xx answer, or exit status 0 of a command."""
        self._append({"what": what, "citizen": citizen, **facts})

    def lost(self, what: str, citizen: str, **facts: object) -> None:
        """An answer that did not come: either may be true."""
        self._append({"what": f"lost-{what}", "citizen": citizen, **facts})

    def _append(self, line: dict[str, object]) -> None:
        data = (json.dumps(line) + "\n").encode()
        with self._lock:
            self.counts[str(line["what"])] = self.counts.get(str(line["what"]), 0) + 1
            assert os.write(self._file, data) == len(data)
            os.fsync(self._file)

    def standings(self) -> dict[str, Standing]:
        standings: dict[str, Standing] = {}
        for text in self.path.read_text().splitlines():
            line = json.loads(text)
            replay(line, standings.setdefault(line["citizen"], Standing()))
        return standings


def replay(line: dict, one: Standing) -> None:
    match line["what"]:
        case "pin-issued":
            one.end_pin()
            one.pin, one.is_issued_form, one.is_revoked, one.is_unsure = line["pin"], True, False, False
        case "pin-changed":
            one.dead.append(line["old"])
            one.pin, one.is_issued_form, one.device = line["pin"], False, line["device"]
        case "pin-revoked":
            one.end_pin()
            one.is_revoked = True
        case "token":
            one.tokens.append(Token(line["citizen"], line["access"], line["refresh"]))
        case "token-revoked" | "lost-token-revoked":
            token = next(token for token in one.tokens if token.access == line["access"])
            if line["what"].startswith("lost"):
                token.is_unsure = True
            elif line["family"]:
                token.family_revoked = True
            else:
                token.access_revoked = True
        case "lost-pin-change" | "lost-pin-issue" | "lost-pin-revoke":
            one.is_unsure = True
        case "login" | "lost-login":
            pass
        case other:
            raise AssertionError(other)
