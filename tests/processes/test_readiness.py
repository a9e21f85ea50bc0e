"""A server whose turns run elsewhere is ready as long as some worker lives."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import httpx2
import pytest

from tests.processes.installation import Installation
from tests.site.processes import TOKEN
from tests.site.test_probes import BEARER, faults
from tests.site.waiting import until
from tests.stores import Databases

SILENT = {"turns": "No worker has been heard of for 30 s."}


@pytest.fixture(scope="module")
def installation(
    databases: Databases, news: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    whole = Installation(tmp_path_factory.mktemp("readiness"), database=databases.make(), news=news)
    yield whole
    whole.close()
    databases.drop(whole.database)


@pytest.fixture(scope="module")
def url(installation: Installation) -> str:
    """Name the server; no worker lives when a test begins or ends."""
    return installation.server().origin()


def test_a_server_is_ready_while_a_worker_lives(installation: Installation, url: str) -> None:
    assert faults(url) == SILENT
    first = installation.worker()
    second = installation.worker("--port", "0", METRICS_TOKEN=TOKEN)
    first.ready()
    own = second.ready().rpartition(" at ")[2].rstrip(".")
    assert faults(own) == {}
    assert httpx2.get(f"{own}/healthz").text == "alive\n"
    assert httpx2.get(f"{own}/metrics").status_code == 404
    assert "clearcall_turns_running 0.0" in httpx2.get(f"{own}/metrics", headers=BEARER).text
    assert httpx2.get(f"{own}/admin/").status_code == 404
    until(lambda: faults(url) == {})
    first.signal(signal.SIGTERM)
    assert first.code() == 0
    assert faults(url) == {}
    second.signal(signal.SIGTERM)
    assert second.code() == 0
    until(lambda: faults(url) == SILENT)


def test_a_worker_that_was_killed_counts_only_for_a_while(installation: Installation, url: str) -> None:
    worker = installation.worker()
    worker.ready()
    until(lambda: faults(url) == {})
    worker.process.kill()
    worker.process.wait()
    old = "now() - interval '31 seconds'"
    assert installation.rows(f"UPDATE procrastinate_workers SET last_heartbeat = {old} RETURNING id")
    until(lambda: faults(url) == SILENT)
