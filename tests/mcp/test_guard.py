"""A program ends with whoever started it, however rude it is and however that one ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mcp.servers import programs_of
from tools.mcp.stdio import GUARD


def guarded(command: list[str], lifeline: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(GUARD), str(lifeline), *command],
        pass_fds=[lifeline],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_a_rude_program_and_its_children_end_when_their_starter_is_gone(tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    # A name for sleep by which its process can be found again.
    (tmp_path / "rude-sleep").symlink_to("/bin/sleep")
    script = f"trap '' TERM; {tmp_path}/rude-sleep 3600 & echo begun; while :; do sleep 3600; done"
    with guarded(["sh", "-c", script], theirs) as guard:
        os.close(theirs)
        assert guard.stdout
        assert guard.stdout.readline() == b"begun\n"
        while not programs_of(f"{tmp_path}/rude-sleep"):
            pass
        os.close(ours)
        guard.wait(10)
    assert programs_of(f"{tmp_path}/rude-sleep") == []


def test_the_end_of_a_program_ends_what_it_left_behind(tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    (tmp_path / "left-sleep").symlink_to("/bin/sleep")
    with guarded(["sh", "-c", f"{tmp_path}/left-sleep 3600 & exit 7"], theirs) as guard:
        os.close(theirs)
        assert guard.wait(10) == 7
        os.close(ours)
    assert programs_of(f"{tmp_path}/left-sleep") == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a program with whoever started it")
def test_a_program_ends_with_its_guard(tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    (tmp_path / "alone").symlink_to("/bin/sleep")
    with guarded([f"{tmp_path}/alone", "3600"], theirs) as guard:
        os.close(theirs)
        while len(programs_of(f"{tmp_path}/alone")) < 2:  # the guard names it, too
            pass
        guard.kill()
        # Its output ends with the last of those that hold it.
        assert guard.stdout
        assert guard.stdout.read() == b""
        os.close(ours)
    assert programs_of(f"{tmp_path}/alone") == []
