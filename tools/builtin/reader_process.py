"""A process of its own for reading what may be hostile: it can be ended in the middle of a step."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools import ToolError

GRACE_SECONDS = 3
"""For the process to start and to write its answer, beyond the time that its work may take."""

AT_ONCE = 4
"""Each may take a processor and a gigabyte; the others wait, in threads that nothing else needs."""

WAIT_SECONDS = 60
BUSY = "Too much is being read at the moment. Try again in a minute."

_places = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reader")


async def read(script: Path, question: bytes, *, seconds: float) -> bytes:
    """Run a script with its question as input; give what it wrote, nothing where it had to be ended."""
    process = _Process(script)
    try:
        work = partial(process.ask, question, seconds=seconds)
        return await asyncio.get_running_loop().run_in_executor(_places, work)
    finally:
        process.end()


def read_from_thread(script: Path, question: bytes, *, seconds: float) -> bytes:
    """Do the same for a caller that may wait; ToolError where there is no place for too long."""
    process = _Process(script)
    try:
        return _places.submit(process.ask, question, seconds=seconds).result(WAIT_SECONDS)
    except TimeoutError:
        raise ToolError(BUSY) from None
    finally:
        process.end()


class _Process:
    """Runs one script once; `end` may come from another thread, even before it has begun."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def ask(self, question: bytes, *, seconds: float) -> bytes:
        if self._is_over:
            return b""
        # Isolated, and without the environment, where the installation's secrets are.
        with subprocess.Popen(
            [sys.executable, "-I", self._script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONIOENCODING": "utf-8"},
        ) as self._process:
            if self._is_over:
                self._process.kill()
            try:
                return self._process.communicate(question, timeout=seconds + GRACE_SECONDS)[0]
            except subprocess.TimeoutExpired:
                self._process.kill()
                return b""

    def end(self) -> None:
        self._is_over = True
        if self._process:
            self._process.kill()
