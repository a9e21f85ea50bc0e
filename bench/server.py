"""Starts what a benchmark measures, and stops it: Clearcall on one core, a model's server on another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SERVER_CORE, OWN_CORE = 0, 1


def settings(folder: Path, *, model: int | None = None) -> dict[str, str]:
    """Return the environment of an installation of its own in `folder`, whose model's server is at a port."""
    own = {"VAR_DIR": str(folder), "MESSAGES_PER_MINUTE": "1000000"}
    if model:
        own |= {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{model}/v1",
            "OPENAI_API_KEY": "none",
            "OPENAI_MODEL": "bench",
        }
    return os.environ | own


def people(count: int, environment: Mapping[str, str]) -> list[str]:
    """Make people with open sessions; returns their cookies."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.people", str(count)],
        env=environment,
        cwd=HERE,
        check=True,
        capture_output=True,
        text=True,
    )
    cookies: list[str] = json.loads(made.stdout)
    return cookies


@contextmanager
def model(port: int, *, shape: str, thinking: float = 0.0) -> Iterator[int]:
    """Run the model's server, which waits so many seconds before each reply; yields its process id."""
    command = [sys.executable, "-m", "bench.upstream", str(port), shape, str(thinking)]
    process = subprocess.Popen(command, cwd=HERE)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def clearcall(port: int, environment: Mapping[str, str]) -> Iterator[int]:
    """Run the server on its core until it has left; yields its process id once it listens."""
    with _serving(["manage.py", "serve", "--port", str(port)], environment) as pid:
        yield pid


@contextmanager
def relay(port: int, *, model: int) -> Iterator[int]:
    """Run the bare relay where the server would run; yields its process id once it listens."""
    with _serving(["-m", "bench.relay", str(port), str(model)], os.environ) as pid:
        yield pid


@contextmanager
def _serving(arguments: list[str], environment: Mapping[str, str]) -> Iterator[int]:
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, *arguments]
    process = subprocess.Popen(command, env=environment, cwd=HERE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        if not process.stdout.readline():
            raise SystemExit("What was to be measured has not started: the line above says why.")
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)
