"""A module of a remote instance: a real process on a real socket, which a test starts, kills and stops."""

from __future__ import annotations

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from varco_process import ROOT, wait_until

FLAKY = ROOT / "Examples" / "modules" / "flaky" / "flaky.py"


class ModuleProcess:
    """A script that is started as `python3 script /path/to/module.sock`, or a program, in a folder of its own.

    The folder is short-lived and its name short: the path of a socket holds 107 bytes at most.
    """

    def __init__(
        self, script: pathlib.Path, *arguments: str, user: str | None = None, interpreter: str | None = "python3"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="module-"))
        self.script = pathlib.Path(shutil.copy(script, self.folder))
        self.arguments, self.user, self.interpreter = arguments, user, interpreter
        self.process: subprocess.Popen | None = None
        if user:
            # What the other user may read: neither this checkout nor its Python need be.
            self.script.chmod(0o644)
            os.chown(self.folder, pwd.getpwnam(user).pw_uid, -1)
            self.folder.chmod(0o755)

    @property
    def socket(self) -> str:
        return str(self.folder / "module.sock")

    @property
    def log(self) -> str:
        path = self.folder / "module.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, *arguments: str) -> "ModuleProcess":
        """Starts it, with other arguments if some are given, and waits until it takes connections."""
        assert not self.is_running, "it is running already"
        self.arguments = arguments or self.arguments
        python, becoming = (sys.executable, {}) if self.user is None else ("/usr/bin/python3", {
            "user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []})
        with open(self.folder / "module.log", "ab") as log:
            self.process = subprocess.Popen(
                [*([python, "-B"] if self.interpreter else []), str(self.script), self.socket, *self.arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **becoming)
        wait_until(lambda: not self.is_running or self.accepts(), 10, f"the module takes connections\n{self.log}")
        assert self.is_running, self.log
        return self

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.socket) == 0

    def stop(self) -> int:
        """Ends it in order (SIGTERM) and returns its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Ends it as a crash would (SIGKILL): the socket stays behind."""
        return self._end(signal.SIGKILL)

    def _end(self, kind: signal.Signals) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(kind)
        return self.process.wait(10)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
