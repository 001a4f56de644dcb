"""`make bench`: what Varco costs, as ratios that are measured in one run, both sides in turns.

docs/benchmarks.md says how to read it. Exit status: 0 every target met, 1 some missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

from figures import RankTest, Spread, Table, noise, percentile, ratios
from processes import Wrk, busy_share, cpu_seconds, fsync_milliseconds, memory_megabytes
from stand import READ, BareServer, Caller, Person, Site, basic, bench_binary, login_form, make_site, unknown_codes

from cards import CardBench
from modules import ModuleBench

PATH = f"/forward-auth?scope={READ}"
CORES = os.cpu_count() or 1


class Bench:
    def __init__(self, rounds: int, folder: pathlib.Path, table: Table):
        self.rounds, self.folder, self.table = rounds, folder, table

    def part(self, text: str) -> None:
        self.table.title(f"{text}   [others use {busy_share() * 100:.0f} % of the CPU]")

    # 1. The hot path.

    def decision_cost(self, site: Site, bare: BareServer, person: Person) -> None:
        self.part("1. CPU of a decision on a cache hit against a bare route, microseconds a request")
        headers = site.bearer(person)
        gateway, constant = [], []
        for _ in range(self.rounds):
            constant.append(self.cpu_of_request(bare.url + PATH, bare.process.pid, headers))
            gateway.append(self.cpu_of_request(site.url + PATH, site.pid, headers))
        self.table.line("bare route", Spread(constant).text("{:.1f}"))
        self.table.line("forward-auth", Spread(gateway).text("{:.1f}"))
        self.table.line("noise: bare route / itself a round before", noise(constant).text())
        self.table.judged("forward-auth / bare route", ratios(gateway, constant), 1.5)

    def cpu_of_request(self, url: str, pid: int, headers: dict[str, str]) -> float:
        before = cpu_seconds(pid)
        load = Wrk(url, connections=8, seconds=3, headers=headers).result()
        if load.refused:
            raise RuntimeError(f"{load.refused} of {load.requests} requests were refused")
        return (cpu_seconds(pid) - before) / load.requests * 1e6

    # 2. Decisions while people log in.

    def decisions_in_a_storm(self, site: Site, people: list[Person]) -> None:
        self.part("2. p99 of decisions alone and while logins fill the hash pool, milliseconds")
        forms = self.forms(people[1:])
        alone, beside, stormed = [], [], []
        for _ in range(self.rounds):
            headers = site.bearer(people[0])
            alone.append(self.decisions(site, headers).p99)
            storm = self.logins(site, forms, connections=16, seconds=6)
            time.sleep(1)
            beside.append(self.decisions(site, headers).p99)
            stormed.append(storm.result().accepted_per_second)
        self.table.line("alone", Spread(alone).text())
        self.table.line("in the storm", Spread(beside).text())
        self.table.line("logins a second in the storm", Spread(stormed).text("{:.1f}"))
        self.table.line("noise: alone / itself a round before", noise(alone).text())
        self.table.judged("in the storm / alone", ratios(beside, alone), 3)

    def decisions(self, site: Site, headers: dict[str, str]):
        """Four connections, each with 2 ms between an answer and the next request."""
        load = Wrk(site.url + PATH, script="paced", arguments=["2"], connections=4, seconds=4, headers=headers).result()
        if load.refused:
            raise RuntimeError(f"{load.refused} of {load.requests} decisions were refused")
        return load

    def forms(self, people: list[Person]) -> pathlib.Path:
        path = self.folder / "logins.txt"
        random.shuffle(people)
        path.write_text("".join(login_form(one.code, one.pin) + "\n" for one in people))
        return path

    def logins(self, site: Site, forms: pathlib.Path, *, connections: int, seconds: int) -> Wrk:
        return Wrk(
            f"{site.url}/oauth2/authorize-challenge", script="forms", arguments=[str(forms), "1"],
            connections=connections, seconds=seconds, headers={"Authorization": site.authorization})

    # 3. Logins.

    def login_rate(self, site: Site, people: list[Person]) -> None:
        self.part(f"3. Logins a second against bare Argon2id hashes a second, {CORES} threads")
        forms = self.forms(people)
        bare, accepted, cost, hash_cost, disk, refused = [], [], [], [], [], 0
        for _ in range(self.rounds):
            rate, milliseconds = bare_hashes(5)
            bare.append(rate)
            hash_cost.append(milliseconds)
            disk += fsync_milliseconds(self.folder / "probe")
            before = cpu_seconds(site.pid)
            load = self.logins(site, forms, connections=8, seconds=5).result()
            if not load.requests:
                raise RuntimeError("no login was answered within 5 s: the machine is too busy with other things")
            accepted.append(load.accepted_per_second)
            cost.append((cpu_seconds(site.pid) - before) / load.requests * 1000)
            refused += load.refused
        self.table.line("bare hashes", Spread(bare).text("{:.1f}"))
        self.table.line("logins with the answer 200", Spread(accepted).text("{:.1f}"), f"{refused} refused")
        self.table.line("CPU of a bare hash, ms", Spread(hash_cost).text())
        self.table.line("CPU of a login, ms", Spread(cost).text())
        self.table.line("CPU of a bare hash / of a login", ratios(hash_cost, cost).text())
        self.table.line("noise: fsync of 4 KiB on this disk, ms", Spread(disk).text())
        self.table.line("noise: bare hashes / themselves a round before", noise(bare).text())
        self.table.judged("logins / bare hashes", ratios(accepted, bare), 0.9, at_least=True)

    # 4. Start and memory.

    def start_and_memory(self, small: Site, large: Site) -> None:
        self.part("4. Start to the first answer, and memory")
        times: dict[int, list[float]] = {small.count: [], large.count: []}
        idle: dict[int, list[float]] = {small.count: [], large.count: []}
        for _ in range(max(self.rounds, 9)):
            for site in (small, large):
                times[site.count].append(site.serve() * 1000)
                time.sleep(1)
                idle[site.count].append(memory_megabytes(site.pid))
                site.stop()
        self.table.line(f"start with {small.count:,} citizens, ms", Spread(times[small.count]).text("{:.0f}"))
        self.table.judged(f"start with {large.count:,} citizens, ms", Spread(times[large.count]), 300, form="{:.0f}")
        self.table.judged(f"idle memory, {large.count:,} citizens, MB", Spread(idle[large.count]), 80, form="{:.1f}")
        for site in (small, large):
            self.table.line(
                f"import of {site.count:,} rows", f"{site.import_seconds:>9.1f} s",
                f"{site.count / site.import_seconds:,.0f} rows a second, at most {site.import_megabytes:.0f} MB")

    # 5. Logins in a small and in a large registry.

    def login_by_size(self, small: Site, large: Site, few: list[Person], many: list[Person]) -> None:
        self.part("5. One login at a time, milliseconds")
        callers, here = (Caller(small), Caller(large)), (few, many)
        times: tuple[list[list[float]], list[list[float]]] = ([], [])
        for _ in range(max(self.rounds, 9)):
            for side in times:
                side.append([])
            for number in range(24):
                for side in (0, 1) if number % 2 else (1, 0):
                    person = here[side][number % len(here[side])]
                    took, status, body = callers[side].login(person.code, person.pin)
                    if status != 200:
                        raise RuntimeError(f"a login was refused: {status} {body[:200]!r}")
                    times[side][-1].append(took)
        medians = [[Spread(one).median for one in side] for side in times]
        for side, site in enumerate((small, large)):
            self.table.line(f"{site.count:,} citizens", Spread(medians[side]).text())
        self.table.line("noise: small / itself a round before", noise(medians[0]).text())
        self.table.judged(f"{large.count:,} / {small.count:,} citizens", ratios(medians[1], medians[0]), 1.1)

    # 6. Rule R9.

    def denials(self, site: Site, unknown: list[str], wrong: list[Person], locked: list[Person]) -> None:
        self.part("6. Denials that must look alike (rule R9), milliseconds")
        caller = Caller(site)
        for one in locked:
            caller.login(one.code, "ZZZZ9999")
        tries = [("unknown citizen", code) for code in unknown] + [("wrong PIN", one.code) for one in wrong]
        tries += [("locked PIN", locked[number % len(locked)].code) for number in range(len(wrong))]
        random.shuffle(tries)
        times: dict[str, list[float]] = {"unknown citizen": [], "wrong PIN": [], "locked PIN": []}
        answers = set()
        for kind, code in tries:
            took, status, body = caller.login(code, "ZZZZ9999")
            times[kind].append(took)
            answers.add((status, body))
        for kind, values in times.items():
            low, half, high = (percentile(values, share) for share in (0.1, 0.5, 0.9))
            self.table.line(kind, f"{half:>9.2f}  (p10 {low:.2f}, p90 {high:.2f})", f"{len(values)} tries")
        self.table.line("different answers among them", f"{len(answers):>9}", "one is right")
        if len(answers) != 1:
            self.table.missed.append("R9: the answers differ")
        kinds = list(times)
        for first, second in ((0, 1), (0, 2), (1, 2)):
            test = RankTest.of(times[kinds[first]], times[kinds[second]])
            self.table.line(
                f"{kinds[first]} slower than {kinds[second]}", f"{test.above * 100:>8.1f} %",
                f"of pairs; 50 is a coin. Chance alone does this with p = {test.p:.3f}")

    # 7. Tokens.

    def token_rate(self, site: Site) -> None:
        self.part("7. Tokens a second (client_credentials; one signature and one transaction each)")
        path = self.folder / "token.txt"
        path.write_text("grant_type=client_credentials\n")
        rates = []
        for _ in range(self.rounds):
            load = Wrk(
                f"{site.url}/oauth2/token", script="forms", arguments=[str(path), "1"], connections=8, seconds=2,
                headers={"Authorization": basic(site.varco.portal)}).result()
            rates.append(load.accepted_per_second)
        self.table.line("tokens a second", Spread(rates).text("{:.0f}"))


def bare_hashes(seconds: float) -> tuple[float, float]:
    """Hashes a second, and the milliseconds of CPU that each took; at the priority of the gateway's own threads."""
    command = ["nice", "-n", "10", bench_binary(), "hashes", "--seconds", str(seconds), "--threads", str(CORES)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rate, used / (rate * seconds) * 1000


@contextlib.contextmanager
def serving(*sites: Site):
    try:
        for site in sites:
            site.serve()
        yield
    finally:
        for site in sites:
            site.stop()


def run(options: argparse.Namespace, folder: pathlib.Path, table: Table) -> None:
    table.title(f"Varco on {CORES} cores, {options.rounds} rounds, medians (least - greatest)")
    wanted = {int(number) for number in options.parts.split(",")}
    if wanted & {1, 2, 3, 4, 5, 6, 7}:
        run_logins(options, wanted, folder, table)
    if wanted & {8, 9, 10}:
        run_cards(options, wanted, folder, table)
    if wanted & {11, 12}:
        run_modules(options, wanted, folder, table)


def run_cards(options: argparse.Namespace, wanted: set[int], folder: pathlib.Path, table: Table) -> None:
    cards = CardBench(options.rounds, folder, table)
    if 8 in wanted:
        cards.paths()
    if 9 in wanted:
        cards.large_list()
    if 10 in wanted:
        cards.handshakes()


def run_modules(options: argparse.Namespace, wanted: set[int], folder: pathlib.Path, table: Table) -> None:
    modules = ModuleBench(options.rounds, folder, table)
    if 11 in wanted:
        modules.cost()
    if 12 in wanted:
        modules.hanging(options.few)


def run_logins(options: argparse.Namespace, wanted: set[int], folder: pathlib.Path, table: Table) -> None:
    bench = Bench(options.rounds, folder, table)
    people, tries = 96, options.tries
    small = make_site(folder / "small", options.few, people + tries + 8)
    large = make_site(folder / "large", options.many, people)
    if 4 in wanted:
        bench.start_and_memory(small, large)
    with serving(small):
        few = small.with_changed_pins(people)
        if 1 in wanted:
            bare = BareServer()
            try:
                bench.decision_cost(small, bare, few[0])
            finally:
                bare.stop()
        if 2 in wanted:
            bench.decisions_in_a_storm(small, few)
        if 3 in wanted:
            bench.login_rate(small, few)
        if 6 in wanted:
            wrong, locked = small.with_issued_pins(tries), small.with_issued_pins(4)
            bench.denials(small, unknown_codes(tries, options.few), wrong, locked)
        if 7 in wanted:
            bench.token_rate(small)
        table.line("memory after all that, MB", f"{memory_megabytes(small.pid):>9.1f}")
    if 5 in wanted:
        with serving(small, large):
            bench.login_by_size(small, large, few, large.with_changed_pins(24))


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure Varco; docs/benchmarks.md says how to read it.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is measured")
    parser.add_argument("--few", type=int, default=1_000, help="citizens of the small installation")
    parser.add_argument("--many", type=int, default=1_000_000, help="citizens of the large installation")
    parser.add_argument("--tries", type=int, default=150, help="denials of each kind")
    parser.add_argument("--parts", default="1,2,3,4,5,6,7,8,9,10,11,12", help="which parts, such as 1,3")
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="varco-bench-") as folder:
        run(options, pathlib.Path(folder), table)
    table.title("Every target is met" if not table.missed else f"Missed: {', '.join(table.missed)}")
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
