"""Another server than daphne runs the same application, and tells it when it starts and leaves."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.processes.installation import Visitor, entered, visitor
from tests.site.processes import ROOT, environment, manage

Uvicorn = Callable[[], tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def uvicorn(var: Path) -> Iterator[Uvicorn]:
    """Start uvicorn on a socket that listens already, so that nobody can miss its start."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], str]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            command = ["uvicorn", "chatsite.asgi:application", "--fd", str(listening.fileno())]
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", *command],
                    cwd=ROOT,
                    env=environment(var, {"LOG_LEVEL": "INFO", "DEMO_SECONDS_PER_TOKEN": "0.002"}),
                    pass_fds=[listening.fileno()],
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            return started[-1], f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


async def test_a_page_follows_a_turn_and_what_runs_at_the_end_is_handed_over(
    uvicorn: Uvicorn, var: Path
) -> None:
    process, address = uvicorn()
    assert httpx2.get(address, timeout=30).status_code == 302
    link = manage("shell", "-v", "0", "-c", LINK, var=var).stdout.strip()
    async with visitor(entered(f"{address}/enter/{link}")) as alice, alice.page(address) as page:
        await page.ask("What is 6*7?")
        assert page.calls() == [("calculate", "succeeded")]
        fresh = Visitor(alice.session).page(address, page.conversation)
        await fresh.load()
        assert "42" in fresh.outline()
        process.send_signal(signal.SIGTERM)
        assert await page.closed() == 1012
    assert process.wait() in (0, -signal.SIGTERM)
    assert process.stderr
    assert "Application shutdown complete" in process.stderr.read()


LINK = (
    "from chatsite.accounts.demo import demo_account; from chatsite.accounts.models import EnterLink; "
    "print(EnterLink.make(demo_account()))"
)


def test_a_second_server_on_the_same_files_is_refused_with_a_sentence(uvicorn: Uvicorn, var: Path) -> None:
    _, address = uvicorn()
    assert httpx2.get(address, timeout=30).status_code == 302
    second, _ = uvicorn()
    _, said = second.communicate()
    assert second.returncode == 3
    assert f"already runs on the files in {var}" in said
    assert "Traceback" not in said
