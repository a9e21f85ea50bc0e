"""A Redis that a test may stop, freeze and start again."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.site.secrets import PASSWORD_IN_ADDRESS
from tests.site.waiting import until


class Redis:
    """A Redis of the test's own, at a socket file."""

    def __init__(self, socket: Path) -> None:
        self.url = f"unix://:{PASSWORD_IN_ADDRESS}@{socket}"
        self._socket = socket

    def start(self) -> None:
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        command += ["--requirepass", unquote(PASSWORD_IN_ADDRESS)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(self._socket.exists)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


def a_redis(folder: Path) -> Iterator[Redis]:
    """Have one run for as long as a fixture is wanted."""
    if not shutil.which("redis-server"):
        pytest.skip("there is no redis-server here")
    running = Redis(folder / "redis.sock")
    running.start()
    yield running
    running.stop()
