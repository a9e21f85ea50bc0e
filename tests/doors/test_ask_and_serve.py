"""`manage.py ask` as a process among others on the same files: one of them runs turns, never two."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

from chatsite.serving.lock import ServerLock
from tests.site.processes import ROOT, SLOW, Server, environment, manage

Start = Callable[..., Server]
Running = Callable[..., Server]
Ask = Callable[..., "subprocess.Popen[str]"]
LONG = "be slow and write a long answer"


@pytest.fixture
def ask(var: Path) -> Iterator[Ask]:
    """Start the command, to be read from while it runs."""
    asked: list[subprocess.Popen[str]] = []

    def start_one(*arguments: str, at: Path = var, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "ask", *arguments]
        asked.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(at, variables),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return asked[-1]

    yield start_one
    for process in asked:
        process.kill()
        process.communicate()


def first_words(process: subprocess.Popen[str]) -> str:
    """Wait until the answer begins to be printed."""
    assert process.stdout is not None
    return process.stdout.read(1)


def turns(var: Path) -> list[str]:
    with closing(sqlite3.connect(var / "clearcall.sqlite3")) as rows:
        return [state for (state,) in rows.execute("SELECT state FROM conversations_turn ORDER BY id")]


def test_without_a_server_the_command_runs_the_turn_itself_also_from_standard_input(
    ask: Ask, var: Path
) -> None:
    asked = ask("-")
    out, err = asked.communicate("What is 6*7?")
    assert (asked.returncode, err) == (0, "")
    assert "42" in out
    assert turns(var) == ["completed"]


def test_with_a_server_the_server_runs_it(running: Running) -> None:
    server = running(**SLOW)
    asked = manage("ask", "What is 6*7?", "--json", var=server.var)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["state"] == "completed"
    assert ServerLock(server.var).address_of_holder() == server.origin()


def test_two_commands_at_once_both_get_their_answer(ask: Ask, var: Path) -> None:
    both = [ask("What is 6*7?"), ask("What is 5*5?")]
    answers = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert ["42" in answers[0], "25" in answers[1]] == [True, True]
    assert turns(var) == ["completed", "completed"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_turn(ask: Ask, var: Path, number: signal.Signals, code: int) -> None:
    asked = ask(LONG)
    first_words(asked)
    asked.send_signal(number)
    _, err = asked.communicate()
    assert (asked.returncode, err) == (code, "You stopped it.\n")
    assert turns(var) == ["stopped"]


def test_ctrl_c_stops_a_turn_that_the_server_runs(running: Running, ask: Ask) -> None:
    server = running(**SLOW)
    asked = ask(LONG, at=server.var)
    first_words(asked)
    asked.send_signal(signal.SIGINT)
    _, err = asked.communicate()
    assert (asked.returncode, err) == (130, "You stopped it.\n")
    assert turns(server.var)[-1] == "stopped"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_when_the_server_goes_the_command_sees_the_turn_to_its_end(
    start: Start, ask: Ask, var: Path, number: signal.Signals
) -> None:
    server = start()
    server.link()
    asked = ask(LONG, DEMO_SECONDS_PER_TOKEN="0.0001")
    first_words(asked)
    server.signal(number)
    server.code()
    out, err = asked.communicate()
    assert (asked.returncode, err) == (0, "")
    assert "[Interrupted, asked again]" in out
    assert turns(var) == ["completed"]


def test_a_reader_that_leaves_early_gets_no_complaint(ask: Ask, var: Path) -> None:
    asked = ask("What is 6*7?")
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    assert asked.wait() == 0
    assert asked.stderr.read() == ""
    assert turns(var) == ["completed"]


def test_without_tables_there_is_a_sentence(tmp_path: Path) -> None:
    asked = manage("ask", "hi", var=tmp_path)
    assert asked.returncode == 1
    assert "The tables are not there yet: run `manage.py migrate`." in asked.stderr
    assert "Traceback" not in asked.stderr


def test_wrong_usage_exits_with_two(tmp_path: Path) -> None:
    asked = manage("ask", var=tmp_path)
    assert asked.returncode == 2
    assert "usage: manage.py ask" in asked.stderr


@pytest.mark.parametrize("arguments", [["hi", "--conversation", "7"], ["hi", "--colour", "red"]])
def test_so_does_what_the_command_does_not_know(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        execute_from_command_line(["manage.py", "ask", *arguments])
    assert left.value.code == 2
    assert "usage: manage.py ask" in capsys.readouterr().err
