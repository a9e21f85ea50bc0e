"""A server of their own, where staff may choose programs that misbehave: Charlie adds them, Alice asks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import signed_in, signed_up, windows
from tests.browser.many.servers import remove_all
from tests.browser.person import Person
from tests.browser.windows import Windows
from tests.mcp.servers import COMMANDS, mischievous
from tests.site.processes import Server

__all__ = ["signed_in", "windows"]

MISCHIEF = ("babble", "circle", "endless", "liar", "many", "odd", "silent")


@pytest.fixture(scope="session")
def server(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        var=Path(shutil.copytree(tables, tmp_path_factory.mktemp("many") / "var")),
        MESSAGES_PER_MINUTE="1000",
        LOG_LEVEL="ERROR",
        SIGN_UP="true",
        MCP_COMMANDS=json.dumps({**COMMANDS, **{word: mischievous(word) for word in MISCHIEF}}),
        MCP_CONNECT_SECONDS="8",
        ROUTING_TOOLS="60",  # so that only very many are chosen from
        ROUTING_TOKENS="100000",
    )
    yield running
    running.close()


@pytest.fixture(scope="package")
def alice(windows: Windows, server: Server) -> Iterator[Person]:
    """Alice, who has an account of her own; whatever the console complains of fails."""
    alice = Person.at(windows.open(storage_state=signed_up("alice", windows, server)))
    alice.open("/")
    yield alice
    alice.context.close()
    assert alice.complaints == []


@pytest.fixture(scope="package")
def charlie(windows: Windows, signed_in: Path) -> Iterator[Person]:
    """Charlie, who may do all."""
    charlie = Person.at(windows.open(storage_state=signed_in))
    yield charlie
    charlie.context.close()
    assert charlie.complaints == []


@pytest.fixture
def removed(charlie: Person) -> Iterator[None]:
    """Take away the servers that a test has added."""
    yield
    remove_all(charlie)
