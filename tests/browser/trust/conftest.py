"""A server of their own with all that can be refused, Alice who asks on it, and Charlie of the staff."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.conftest import signed_in, signed_up, visit, windows
from tests.browser.person import Person
from tests.browser.windows import Windows
from tests.site.processes import Server

__all__ = ["signed_in", "visit", "windows"]


@pytest.fixture(scope="session")
def server(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    files = tmp_path_factory.mktemp("trust") / "files"
    files.mkdir()
    (files.parent / "secret.txt").write_text("Nobody may read this.")
    running = Server(
        var=Path(shutil.copytree(tables, tmp_path_factory.mktemp("trust-var") / "var")),
        MESSAGES_PER_MINUTE="1000",
        LOG_LEVEL="ERROR",
        SIGN_UP="true",
        EXTRA_APPS="tests.browser.desk",
        FILES_ROOT=str(files),
        ALLOWED_API_HOSTS="localhost",
    )
    yield running
    running.close()


@pytest.fixture(scope="package")
def alices(windows: Windows, server: Server) -> Path:
    """Give Alice's cookie."""
    return signed_up("alice", windows, server)


@pytest.fixture
def visit_as_alice(visit: Callable[..., Person], alices: Path) -> Callable[[], Person]:
    """Open a window of hers: tabs of one window are drawn once a second while another is in front."""
    return lambda: visit(storage_state=alices)


@pytest.fixture
def alice(visit_as_alice: Callable[[], Person]) -> Person:
    return visit_as_alice()


@pytest.fixture
def charlie(visit: Callable[..., Person]) -> Person:
    return visit("/admin/")


@pytest.fixture
def expire(server: Server) -> Callable[[], None]:
    """Let the time of all that waits run out; by itself it takes a day."""

    def now() -> None:
        with closing(sqlite3.connect(server.errors.parent / "clearcall.sqlite3", timeout=10)) as rows, rows:
            rows.execute("UPDATE conversations_approval SET expires_at = asked_at WHERE decision = ''")

    return now
