"""Ways in which a database goes away under a running gateway, without harming it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import sqlite3
from collections.abc import Iterator

#: SQLite's locks lie in the shared-memory file: writer, checkpointer, recovery, five readers (sqlite.org/walformat.html).
WAL_LOCKS, WAL_LOCK_COUNT = 120, 8


@contextlib.contextmanager
def writes_blocked(database: pathlib.Path) -> Iterator[None]:
    """Another process holds the one writer's place; reading goes on."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=10)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@contextlib.contextmanager
def everything_blocked(database: pathlib.Path) -> Iterator[None]:
    """Nobody can begin to read or to write."""
    descriptor = os.open(f"{database}-shm", os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX, WAL_LOCK_COUNT, WAL_LOCKS)
        yield
    finally:
        os.close(descriptor)
