"""Numbers and how they are printed: medians with their spread, never a single run."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass


@dataclass
class Spread:
    """A median with the least and the greatest of the rounds."""

    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self, form: str = "{:.2f}") -> str:
        shown = [form.format(value) for value in (self.median, min(self.values), max(self.values))]
        return f"{shown[0]:>9}  ({shown[1]} - {shown[2]})"


def ratios(above: list[float], below: list[float]) -> Spread:
    """Round by round, so that what disturbs the machine for a while disturbs both sides of a ratio."""
    return Spread([one / other for one, other in zip(above, below, strict=True)])


def noise(values: list[float]) -> Spread:
    """Each round against the one before: the ratio that the same thing has to itself on this machine."""
    return Spread([later / earlier for earlier, later in zip(values, values[1:])])


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


@dataclass
class RankTest:
    """Mann and Whitney's test: how often a value of the first is above one of the second, and how likely chance is."""

    above: float
    p: float

    @classmethod
    def of(cls, first: list[float], second: list[float]) -> "RankTest":
        n, m = len(first), len(second)
        merged = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
        ranks = sum(rank for rank, (_, side) in enumerate(merged, 1) if side == 0)
        u = ranks - n * (n + 1) / 2
        z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
        return cls(above=u / (n * m), p=math.erfc(abs(z) / math.sqrt(2)))


class Table:
    """The report, printed line by line as it is measured."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def title(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)

    def line(self, name: str, value: str, remark: str = "") -> None:
        print(f"  {name:<46}{value}{'   ' + remark if remark else ''}", flush=True)

    def judged(self, name: str, spread: Spread, target: float, *, at_least: bool = False, form: str = "{:.2f}") -> None:
        good = spread.median >= target if at_least else spread.median <= target
        sign = ">=" if at_least else "<="
        if not good:
            self.missed.append(name)
        self.line(name, spread.text(form), f"target {sign} {target:g}: {'met' if good else 'MISSED'}")
