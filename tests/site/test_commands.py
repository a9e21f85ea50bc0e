"""What the commands in bin/ do where something is lacking; Python is a stand-in that notes its calls."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.site.processes import ROOT

TOOLS = ("sh", "dirname", "cmp", "cp", "env", "sed", "mktemp", "rm", "ls", "grep")
GOOD = 'echo "$@" >> "$CALLS"; env | grep -c OPENAI >> "$CALLS"; exit 0'
TOO_OLD = "exit 1"
WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1;; esac; exit 0'


class Machine:
    """A fresh clone, and a PATH that leads to nothing but a few tools."""

    def __init__(self, folder: Path) -> None:
        self.clone, self.path, self.calls = folder / "clone", folder / "path", folder / "calls"
        shutil.copytree(ROOT / "bin", self.clone / "bin")
        shutil.copytree(ROOT / "requirements", self.clone / "requirements")
        self.path.mkdir()
        self.calls.touch()
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool) or tool)

    def has(self, program: Path, script: str) -> None:
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def has_venv(self, lock: str) -> None:
        self.has(self.clone / ".venv/bin/python", GOOD)
        shutil.copy(self.clone / f"requirements/{lock}.txt", self.clone / f".venv/{lock}.txt")

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("TMPDIR",) if name in os.environ}
        places = {"PATH": str(self.path), "HOME": str(self.clone), "CALLS": str(self.calls)}
        return subprocess.run(
            command,
            cwd=self.clone,
            env={**kept, **places, **variables},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_python_that_is_too_old_gets_a_sentence(machine: Machine) -> None:
    machine.has(machine.path / "python3", TOO_OLD)
    refused = machine.run("bin/run")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Clearcall needs Python 3.11, 3.12, 3.13 or 3.14")


def test_a_python_without_venv_gets_a_sentence(machine: Machine) -> None:
    machine.has(machine.path / "python3", WITHOUT_VENV)
    refused = machine.run("bin/run")
    assert refused.returncode == 1
    assert "apt install python3-venv" in refused.stderr


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.has(machine.path / "python3", TOO_OLD)
    machine.has(machine.path / "python3.13", GOOD)
    machine.run("bin/venv", "run")
    assert "-m venv --clear .venv" in machine.calls.read_text()


def test_a_python_that_is_named_is_taken_and_no_other(machine: Machine) -> None:
    machine.has(machine.path / "python3", GOOD)
    machine.has(machine.path / "mine", GOOD)
    machine.run("bin/venv", "run", PYTHON="mine")
    assert "-m venv --clear .venv" in machine.calls.read_text()
    machine.calls.write_text("")
    refused = machine.run("bin/venv", "run", PYTHON="nowhere")
    assert (refused.returncode, machine.calls.read_text()) == (1, "")
    assert "found none of them as nowhere" in refused.stderr


def test_what_is_installed_is_not_installed_again(machine: Machine) -> None:
    machine.has_venv("run")
    assert machine.run("bin/venv", "run").returncode == 0
    assert "pip" not in machine.calls.read_text()


def test_who_can_develop_can_run(machine: Machine) -> None:
    machine.has_venv("dev")
    machine.run("bin/run", "--port", "8001")
    assert "pip" not in machine.calls.read_text()
    assert "manage.py serve --port 8001" in machine.calls.read_text()


def test_another_lock_is_installed_with_its_hashes(machine: Machine) -> None:
    machine.has_venv("run")
    (machine.clone / "requirements/run.txt").write_text("other==1\n")
    machine.run("bin/venv", "run")
    assert "--require-hashes -r requirements/run.txt" in machine.calls.read_text()
    assert (machine.clone / ".venv/run.txt").read_text() == "other==1\n"


def test_without_chromium_a_line_says_what_was_not_tested(machine: Machine) -> None:
    machine.has_venv("dev")
    tested = machine.run("bin/test", "tests/any.py")
    assert tested.returncode == 0
    assert "-m pytest -m not browser tests/any.py" in machine.calls.read_text()
    assert "NOT TESTED: anything in a browser" in tested.stderr


def test_in_ci_there_must_be_a_chromium(machine: Machine) -> None:
    machine.has_venv("dev")
    refused = machine.run("bin/test", CI="true")
    assert refused.returncode == 1
    assert "pytest" not in machine.calls.read_text()


def test_a_real_key_does_not_reach_the_tests(machine: Machine) -> None:
    machine.has_venv("dev")
    machine.has(machine.path / "chromium", GOOD)
    tested = machine.run("bin/test", "-q", OPENAI_API_KEY="sk-real", OPENAI_MODEL="any")
    assert tested.stderr == ""
    assert machine.calls.read_text().splitlines()[-2:] == ["-m pytest -q", "0"]
