"""Fixtures: one installation for the tests that do not mind sharing it, and a maker for those that do."""

from __future__ import annotations

import contextlib
import os

import pytest

from module_process import FLAKY, ModuleProcess
from varco_process import Varco, binary


def pytest_configure(config):
    if not os.access(binary(), os.X_OK):
        pytest.exit(f"{binary()} is not there: build it, or name it with VARCO_BIN", returncode=2)


@pytest.fixture(scope="session")
def varco(tmp_path_factory):
    """A running gateway with TLS. Tests take citizens with `varco.person(…)` and share nothing else."""
    installation = Varco(tmp_path_factory.mktemp("varco")).prepare(citizens=150)
    try:
        yield installation.start()
    finally:
        installation.stop()


@pytest.fixture
def make_varco(tmp_path):
    """Makes further installations, running unless `start=False`; all of them end with the test."""
    made: list[Varco] = []

    def make(*, start: bool = True, citizens: int = 10, **options) -> Varco:
        installation = Varco(tmp_path / f"varco-{len(made)}", **options).prepare(citizens=citizens)
        made.append(installation)
        return installation.start() if start else installation

    yield make
    for installation in made:
        if installation.process is not None and installation.process.poll() is None:
            installation.kill()


@pytest.fixture
def make_module():
    """Starts modules; all of them end with the test."""
    with contextlib.ExitStack() as ending:

        def make(script=FLAKY, *arguments: str, user: str | None = None, start: bool = True) -> ModuleProcess:
            module = ModuleProcess(script, *arguments, user=user)
            ending.callback(module.remove)
            return module.start() if start else module

        yield make
