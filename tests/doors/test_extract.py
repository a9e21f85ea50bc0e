"""`manage.py extract` as a process: signals, pipes, a server beside it, and its end in the middle."""

from __future__ import annotations

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.site.processes import ROOT, SLOW, Server, environment, manage
from tests.site.waiting import until

Start = Callable[..., Server]
Running = Callable[..., Server]
Extract = Callable[..., "subprocess.Popen[str]"]
NAMES = ("alice", "bob", "charlie", "a.b", "b.c", "c.d")


@pytest.fixture
def extract(var: Path) -> Iterator[Extract]:
    """Start the command on six letters."""
    letters = [var / f"{name}.txt" for name in NAMES]
    for letter in letters:
        letter.write_text(f"I am {letter.stem.title()}, write to {letter.stem}@example.com.")
    started: list[subprocess.Popen[str]] = []

    def start_one(*arguments: str, at: Path = var, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "extract", "contact", *map(str, letters), *arguments]
        started.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(at, variables),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def states(var: Path) -> list[str]:
    with closing(sqlite3.connect(var / "clearcall.sqlite3")) as rows:
        return [state for (state,) in rows.execute("SELECT state FROM conversations_turn ORDER BY id")]


def until_begun(process: subprocess.Popen[str], var: Path) -> None:
    until(lambda: "running" in states(var) or process.poll() is not None)
    assert process.poll() is None, process.communicate()


def emails(out: str) -> list[str]:
    return [row["data"]["email"] for row in json.loads(out)["rows"]]


ALL = [f"{name}@example.com" for name in NAMES]
BROKEN = {"failed", "interrupted", "incomplete"}


@pytest.mark.parametrize("with_server", [False, True])
def test_ctrl_c_stops_every_text(running: Running, extract: Extract, var: Path, with_server: bool) -> None:
    if with_server:
        var = running(**SLOW).var
    process = extract(at=var, **SLOW)
    until_begun(process, var)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 130, err
    assert set(states(var)[-len(NAMES) :]) == {"stopped"}
    assert [row["state"] for row in json.loads(out)["rows"]] == ["stopped"] * len(NAMES)
    assert err.count("You stopped it") == len(NAMES)


def test_a_server_runs_the_texts_if_there_is_one(running: Running, extract: Extract) -> None:
    process = extract(at=running(**SLOW).var)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert emails(out) == ALL


def test_what_a_killed_command_has_begun_is_finished_by_the_same_command(extract: Extract, var: Path) -> None:
    process = extract(**SLOW)
    until_begun(process, var)
    process.kill()
    process.communicate()
    again = extract()
    out, err = again.communicate()
    assert (again.returncode, err) == (0, "")
    assert emails(out) == ALL
    assert states(var) == ["completed"] * len(NAMES)


def test_what_a_killed_command_has_begun_is_finished_by_a_server(
    start: Start, extract: Extract, var: Path
) -> None:
    process = extract(**SLOW)
    until_begun(process, var)
    process.kill()
    process.communicate()
    start().link()
    until(lambda: states(var) == ["completed"] * len(NAMES) or bool(BROKEN & set(states(var))))
    assert not BROKEN & set(states(var))


def test_a_reader_that_leaves_early_gets_no_complaint(extract: Extract, var: Path) -> None:
    process = extract("--csv")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (0, "")
    assert states(var) == ["completed"] * len(NAMES)


def test_whoever_sits_before_it_sees_how_far_it_is(var: Path) -> None:
    letter = var / "letter.txt"
    letter.write_text("I am Bob, bob@example.com")
    mine, its = pty.openpty()
    command = [sys.executable, "manage.py", "extract", "contact", str(letter), str(letter)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(var, {}), stdout=subprocess.PIPE, stderr=its, text=True, check=True
    )
    os.close(its)
    seen = os.read(mine, 10_000).decode()
    os.close(mine)
    assert "0 of 2 done" in seen
    assert emails(done.stdout) == ["bob@example.com"] * 2


def test_a_model_that_is_away_is_told_for_each_text(extract: Extract) -> None:
    process = extract(OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="any", OPENAI_API_KEY="none")
    out, err = process.communicate()
    assert process.returncode == 1
    assert [row["data"] for row in json.loads(out)["rows"]] == [None] * len(NAMES)
    assert len(err.splitlines()) == len(NAMES)
    assert "Traceback" not in err


def test_without_tables_there_is_a_sentence(tmp_path: Path) -> None:
    asked = manage("extract", "contact", "-", var=tmp_path)
    assert asked.returncode == 1
    assert "The tables are not there yet: run `manage.py migrate`." in asked.stderr
    assert "Traceback" not in asked.stderr
