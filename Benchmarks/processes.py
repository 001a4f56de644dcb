"""Processes under measurement: what they cost, and the load that is put on them."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all of its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_megabytes(pid: int) -> float:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def busy_share(seconds: float = 0.5) -> float:
    """How much of the machine is busy now, 0 to 1."""
    def look() -> tuple[int, int]:
        fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]
    before, idle_before = look()
    time.sleep(seconds)
    after, idle_after = look()
    return 1 - (idle_after - idle_before) / max(1, after - before)


class OthersShare:
    """How much of the machine somebody else used meanwhile, 0 to 1.

    Ours are this program, what it has run to its end, and the given processes.
    """

    def __init__(self, *pids: int):
        self.pids = pids

    def __enter__(self) -> "OthersShare":
        self.began, self.before = time.monotonic(), self._seconds()
        return self

    def __exit__(self, *_) -> None:
        machine, ours = (after - before for after, before in zip(self._seconds(), self.before))
        self.share = max(0.0, machine - ours) / (time.monotonic() - self.began) / (os.cpu_count() or 1)

    def _seconds(self) -> tuple[float, float]:
        used = os.times()
        ours = used.user + used.system + used.children_user + used.children_system
        return busy_seconds(), ours + sum(cpu_seconds(pid) for pid in self.pids)

    def text(self) -> str:
        return f"{self.share * 100:>7.0f} %"


def busy_seconds() -> float:
    """What all cores together have worked since the machine started."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def unix_connections(pid: int) -> set[str]:
    """The numbers of the connected Unix sockets that a process holds; a listening one is not among them."""
    lines = [line.split() for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]]
    connected = {f"socket:[{fields[6]}]" for fields in lines if fields[5] == "03"}
    held = set()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # It was closed meanwhile.
            held.add(os.readlink(entry))
    return held & connected


def fsync_milliseconds(path: pathlib.Path, times: int = 20) -> list[float]:
    """What a small durable write costs here: every transaction of a login waits for one."""
    taken = []
    with open(path, "wb") as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return taken


def answers(port: int, path: str) -> bool:
    """One GET on a connection of its own; cheap enough to ask every millisecond."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def wait_for_answer(process: subprocess.Popen, port: int, path: str, seconds: float = 30) -> float:
    """Polls every millisecond until the first 200, and returns how long that took."""
    start = time.perf_counter()
    while not answers(port, path):
        if process.poll() is not None or time.perf_counter() - start > seconds:
            raise RuntimeError(f"no answer on port {port}")
        time.sleep(0.001)
    return time.perf_counter() - start


def run_measured(command: list[str], **options) -> tuple[float, float]:
    """Runs a command and returns its seconds and the most memory that it had, in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[:3]} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


@dataclass
class Load:
    """What a run of wrk has seen; times in milliseconds."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p90: float
    p99: float

    @property
    def accepted_per_second(self) -> float:
        return (self.requests - self.refused) / self.seconds


class Wrk:
    """One bounded run of wrk against loopback."""

    def __init__(
        self, url: str, *, script: str = "report", arguments: list[str] | None = None, threads: int = 1,
        connections: int = 4, seconds: int = 3, headers: dict[str, str] | None = None,
    ):
        command = ["wrk", "--timeout", "30s", "-s", f"{script}.lua"]
        command += [f"-t{threads}", f"-c{connections}", f"-d{seconds}s"]
        for name, value in (headers or {}).items():
            command += ["-H", f"{name}: {value}"]
        command += [url, *(["--", *arguments] if arguments else [])]
        self.process = subprocess.Popen(command, cwd=HERE / "wrk", stdout=subprocess.PIPE, text=True)
        self.limit = seconds + 60

    def result(self) -> Load:
        try:
            output, _ = self.process.communicate(timeout=self.limit)
        finally:
            self.process.kill()
        found = json.loads(output.strip().splitlines()[-1])
        if found["broken"]:
            raise RuntimeError(f"{found['broken']} connections broke or timed out")
        times = {name: found[name] / 1000 for name in ("p50", "p90", "p99")}
        return Load(found["requests"], found["seconds"], found["refused"], found["broken"], **times)
