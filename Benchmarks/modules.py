"""The parts about modules in other processes: what one costs, and what one that hangs does to the rest."""

from __future__ import annotations

import contextlib
import json
import pathlib
import resource
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator

from figures import Spread, Table, noise, percentile, ratios
from processes import OthersShare, Wrk, busy_share, cpu_seconds, unix_connections
from stand import READ, Caller, Person, Site, bench_binary, make_site

from module_process import FLAKY, ModuleProcess
from remote_gateway import SESAME, instance
from varco_process import PKCE, wait_until

PATH = f"/forward-auth?scope={READ}"
HANGING = 200
# Seconds after which a login is given up and the next takes its place: the longest that can be set, and the default,
# with which refusing them is most of the load.
DEADLINES = {"patient": 10, "usual": 2}
# One of so many calls is answered, so that the circuit does not open and spare the gateway the hanging ones.
ANSWERED = 20
SECONDS = 5
WARMUP = 1000


class ModuleBench:
    def __init__(self, rounds: int, folder: pathlib.Path, table: Table):
        self.rounds, self.folder, self.table = rounds, folder, table

    def part(self, text: str) -> None:
        self.table.title(f"{text}   [others use {busy_share() * 100:.0f} % of the CPU]")

    # 11. What a process of its own costs.

    def cost(self, pairs: int = 4000) -> None:
        self.part("11. begin and resume through a module in another process and built in, microseconds")
        found, seen, cost = [], [], []
        with served() as (socket, process), OthersShare(process.pid) as others:
            for _ in range(self.rounds):
                before = children_seconds() + cpu_seconds(process.pid)
                with connections_seen(process.pid) as connections:
                    found.append(measured("modules", "--socket", socket, "--pairs", pairs, "--warmup", WARMUP))
                cost.append((children_seconds() + cpu_seconds(process.pid) - before) / (pairs + WARMUP) * 1e6)
                seen.append(float(len(connections)))
        half = {side: [one[side]["p50"] for one in found] for side in ("built_in", "remote")}
        most = {side: [one[side]["p99"] for one in found] for side in ("built_in", "remote")}
        self.table.line("built in, p50", Spread(half["built_in"]).text("{:.1f}"))
        self.table.line("built in, p99", Spread(most["built_in"]).text("{:.1f}"))
        self.table.line("in another process, p50", Spread(half["remote"]).text("{:.0f}"))
        self.table.line("in another process, p99", Spread(most["remote"]).text("{:.0f}"))
        self.table.line("CPU of such a login, both processes", Spread(cost).text("{:.0f}"))
        self.table.line(f"connections for {pairs + WARMUP:,} logins", Spread(seen).text("{:.0f}"), "1: it is kept")
        self.table.line("noise: p50 / itself a round before", noise(half["remote"]).text())
        self.table.line("noise: p99 / itself a round before", noise(most["remote"]).text())
        self.table.line("others' share of the CPU meanwhile", others.text())
        self.table.judged("p50, more than built in", differences(half), 300, form="{:.0f}")
        self.table.judged("p99, more than built in", differences(most), 2000, form="{:.0f}")

    # 12. A module that hangs.

    def hanging(self, citizens: int) -> None:
        module = ModuleProcess(FLAKY, "--behaviour", "by-value")
        allow_files()
        try:
            lines = "".join(
                instance(id, module.socket, deadline=f"{seconds}s", concurrency=256, circuit_faults=100)
                for id, seconds in DEADLINES.items())
            site = make_site(self.folder / "hanging", citizens, 40, instances=lines)
            module.start()
            site.serve()
            try:
                people = site.with_changed_pins(24)
                for id in DEADLINES:
                    self.hanging_turns(site, module, people, id)
            finally:
                site.stop()
        finally:
            module.remove()

    def hanging_turns(self, site: Site, module: ModuleProcess, people: list[Person], id: str) -> None:
        seconds = DEADLINES[id]
        self.part(f"12. p99 in ms, alone and while {HANGING} logins wait for a module that hangs, deadline {seconds} s")
        forms, faults = self.forms(id), Faults(site, id)
        alone, beside = Turns(), Turns()
        waiting: list[float] = []
        shares = []
        for _ in range(self.rounds):
            # A module that hangs keeps every call that it has got.
            module.kill()
            module.start()
            with OthersShare(site.pid, module.process.pid) as others:
                alone.measure(site, people)
                with storm(site, forms, seconds):
                    waiting.append(in_flight(site))
                    beside.measure(site, people)
                    waiting.append(in_flight(site))
            shares.append(others.share * 100)
            time.sleep(seconds)
        faults.check()
        self.hanging_lines(alone, beside, waiting)
        self.table.line("calls that the deadline ended", f"{faults.ended:>9.0f}")
        self.table.line("others' share of the CPU meanwhile, %", Spread(shares).text("{:.0f}"))
        remark = f"beside / alone, {seconds} s"
        self.table.judged(f"decisions, {remark}", ratios(beside.decisions, alone.decisions), 1.2)
        self.table.judged(f"PIN logins, {remark}", ratios(beside.logins, alone.logins), 1.2)

    def hanging_lines(self, alone: "Turns", beside: "Turns", waiting: list[float]) -> None:
        self.table.line("logins that wait at the module", Spread(waiting).text("{:.0f}"))
        for name, turns in (("alone", alone), ("beside", beside)):
            self.table.line(f"decisions, {name}", Spread(turns.decisions).text())
            self.table.line(f"PIN logins, {name}", Spread(turns.logins).text(), turns.remark)
        self.table.line("noise: decisions alone / a round before", noise(alone.decisions).text())
        self.table.line("noise: PIN logins alone / a round before", noise(alone.logins).text())

    def forms(self, id: str) -> pathlib.Path:
        """Logins in one request; each names an account of its own, because one account has one attempt at a time."""
        path = self.folder / f"{id}.txt"
        with open(path, "w") as file:
            for number in range(20 * HANGING):
                word = SESAME if number % ANSWERED == 0 else "hang"
                file.write(urllib.parse.urlencode({
                    **PKCE("x" * 43).parameters, "scope": READ, "authenticator": id,
                    "account": f"account-{number}", "watchword": word}) + "\n")
        return path


class Turns:
    """One side of part 12: what it took, turn by turn."""

    def __init__(self) -> None:
        self.decisions: list[float] = []
        self.logins: list[float] = []
        self.all_logins: list[float] = []

    def measure(self, site: Site, people: list[Person]) -> None:
        load = Wrk(
            site.url + PATH, script="paced", arguments=["2"], connections=4, seconds=SECONDS,
            headers=site.bearer(people[0])).result()
        if load.refused:
            raise RuntimeError(f"{load.refused} of {load.requests} decisions were refused")
        self.decisions.append(load.p99)
        times = self.log_in(site, people[1:])
        self.all_logins += times
        self.logins.append(percentile(times, 0.99))

    @staticmethod
    def log_in(site: Site, people: list[Person]) -> list[float]:
        """One PIN login after the other for some seconds, and what each took."""
        caller, times, end = Caller(site), [], time.monotonic() + SECONDS
        while time.monotonic() < end:
            person = people[len(times) % len(people)]
            took, status, body = caller.login(person.code, person.pin)
            if status != 200:
                raise RuntimeError(f"a login was refused: {status} {body[:200]!r}")
            times.append(took)
        caller.connection.close()
        return times

    @property
    def remark(self) -> str:
        half, most = (percentile(self.all_logins, share) for share in (0.5, 0.99))
        return f"of all {len(self.all_logins)}: p50 {half:.2f}, p99 {most:.2f}"


class Faults:
    """Why the module's calls ended: by their deadline, and hardly any for a reason that has spared the gateway."""

    def __init__(self, site: Site, id: str):
        self.varco, self.id = site.varco, id

    @property
    def ended(self) -> float:
        return self.count("faults", 'kind="deadline"')

    def check(self) -> None:
        spared = self.count("faults", 'kind="circuit"') + self.count("calls", 'outcome="busy"')
        if spared >= self.ended / 100:
            raise RuntimeError(f"{spared:.0f} calls were not made, {self.ended:.0f} hung")

    def count(self, name: str, label: str) -> float:
        return self.varco.metric(f'varco_module_{name}_total{{instance="{self.id}",{label}}}')


def differences(sides: dict[str, list[float]]) -> Spread:
    """Round by round, as ratios are."""
    return Spread([remote - built_in for remote, built_in in zip(sides["remote"], sides["built_in"], strict=True)])


def in_flight(site: Site) -> float:
    """The gateway has one connection to the module for each call that waits; a few logins are between two calls."""
    count = float(len(unix_connections(site.pid)))
    if count < 0.5 * HANGING:
        raise RuntimeError(f"only {count:.0f} logins are in flight")
    return count


def children_seconds() -> float:
    """User and system time of everything that was run to its end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(*arguments: object) -> dict:
    done = subprocess.run([bench_binary(), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return json.loads(done.stdout)


@contextlib.contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen]]:
    """The module of `varco-bench`, as a process of its own; the path of a socket must be short."""
    with tempfile.TemporaryDirectory(prefix="module-") as folder:
        socket = f"{folder}/module.sock"
        process = subprocess.Popen([bench_binary(), "serve-module", socket], stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: pathlib.Path(socket).is_socket(), 10, "the module listens")
            yield socket, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


@contextlib.contextmanager
def connections_seen(pid: int) -> Iterator[set[str]]:
    """Every connection that a module has at one of many looks, by the number of its socket."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            seen.update(unix_connections(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


@contextlib.contextmanager
def storm(site: Site, forms: pathlib.Path, deadline: int) -> Iterator[None]:
    """Logins at the module that hangs, as many at a time as there are connections; after one deadline all wait."""
    load = Wrk(
        f"{site.url}/oauth2/authorize-challenge", script="hanging",
        arguments=[str(forms), "1", str(HANGING), str(deadline * 1000)], connections=HANGING,
        seconds=2 * SECONDS + deadline + 3, headers={"Authorization": site.authorization})
    try:
        time.sleep(deadline + 0.5)
        yield
    except BaseException:
        load.process.kill()
        raise
    if not load.result().refused:
        raise RuntimeError("no login at the module was refused")


def allow_files() -> None:
    """A module that hangs holds a connection for each call that it was ever sent."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
