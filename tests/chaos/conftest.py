"""Where chaos takes place. What takes long is left out unless CHAOS is set."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.place import Place
from tests.processes.conftest import database, databases, installation, news

__all__ = ["database", "databases", "installation", "news"]

collect_ignore = [] if os.environ.get("CHAOS") else ["test_clock.py", "test_frozen.py", "test_provider.py"]


@pytest.fixture
def place(var: Path) -> Iterator[Place]:
    it = Place(var)
    yield it
    it.close()
