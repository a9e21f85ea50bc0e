"""A server of a benchmark's own, with people whose sockets it may open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Running:
    """Where it is, which process it is, the folder of its rows, and a cookie for each person."""

    port: int
    pid: int
    folder: Path
    cookies: list[str]

    def memory(self) -> int:
        """Return what it holds in memory, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu(self) -> float:
        """Return the processor time it has used, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(people: int, **variables: str) -> Iterator[Running]:
    """Run a server with the demo model on fresh rows until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        environment = {**kept, "VAR_DIR": folder, "MESSAGES_PER_MINUTE": "1000000", **variables}
        made = subprocess.run(
            [sys.executable, "-m", "bench.people", str(people)],
            env=environment, cwd=HERE, check=True, capture_output=True, text=True,
        )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", "0"],
            env=environment, cwd=HERE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout
            port = int(process.stdout.readline().split("//")[1].split("/")[0].rpartition(":")[2])
            yield Running(port, process.pid, Path(folder), json.loads(made.stdout))
        finally:
            process.terminate()
            process.wait(20)
