"""What holds on SQLite holds on PostgreSQL too: the tests of turns and of following them, run once more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.processes import ROOT, environment
from tests.stores import Databases

ONCE_MORE = (
    "tests/turns/test_river.py",
    "tests/turns/test_queue.py",
    "tests/turns/test_stopping.py",
    "tests/turns/test_takeover.py",
    "tests/turns/test_approval.py",
    "tests/turns/test_approval_races.py::test_odd_numbers_run_as_they_were_allowed",
    "tests/turns/test_approval_races.py::test_of_many_who_decide_at_once_one_does",
    "tests/test_invariants.py",
)


@pytest.mark.timeout(900)  # hundreds of tests in one
def test_turns_go_the_same_way_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    address = databases.make()  # for its name: Django makes one for tests beside it
    ours = environment(tmp_path, {"DATABASE_URL": address})
    for name in [name for name in ours if name.startswith(("PYTEST_", "REDIS_"))]:
        del ours[name]
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *ONCE_MORE]
    try:
        run = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True, check=False)
    finally:
        databases.drop(address)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
    assert os.linesep.join(run.stdout.splitlines()[-1:]).find(" passed") > 0
