"""Clearcall's own commands, run as a person runs them."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Clearcall is ready: "
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "kX3-vb9Qw7_zLm2Rt8Yp5Nc1Hj6Gf4Ds0Aa-Ee9Ii8Oo7Uu_Bq3Wx",
    "ALLOWED_HOSTS": "127.0.0.1",
    "OPENAI_MODEL": "any",
    "OPENAI_BASE_URL": "http://127.0.0.1:9",
    "HTTPS": "false",
}
# What tests want of a server that they share; its link is for one of them.
PLAIN = {"LOG_LEVEL": "INFO", "REQUEST_LIMIT_BYTES": "65536", "DEMO_SECONDS_PER_TOKEN": "0.0001"}
# A reply takes a second or more: there is time to stop it.
SLOW = {"DEMO_SECONDS_PER_TOKEN": "0.05"}
TOKEN = "a-token-for-the-one-who-watches-0123456789"
TELLING = {"LOG_LEVEL": "DEBUG", "METRICS_TOKEN": TOKEN, "DEMO_SECONDS_PER_TOKEN": "0.0001"}


def manage(*arguments: str, var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(var, variables),
        capture_output=True,
        text=True,
        check=False,
    )


class Program:
    """A running command; its lines are read one by one."""

    def __init__(self, *arguments: str, var: Path, **variables: str) -> None:
        self.errors = var / f"{secrets.token_hex(4)}.stderr"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT,
                env=environment(var, variables),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def said(self, what: str) -> str:
        """Wait until it says a line that begins so; returns the rest."""
        line = self.line()
        assert line.startswith(what), line + self.errors.read_text()
        return line.removeprefix(what)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def code(self) -> int:
        return self.process.wait()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


class Server(Program):
    """A running `manage.py serve`."""

    def __init__(self, *arguments: str, var: Path, **variables: str) -> None:
        super().__init__("serve", "--port", "0", *arguments, var=var, **variables)
        self.var = var
        self._link = ""

    def link(self) -> str:
        """Wait until the server is ready, and return what it says it is ready at."""
        self._link = self._link or self.said(READY)
        return self._link

    def origin(self) -> str:
        """Wait until the server is ready, and return where."""
        return self.link().partition("/enter/")[0]


class Worker(Program):
    """A running `manage.py work`."""

    def __init__(self, *arguments: str, var: Path, **variables: str) -> None:
        super().__init__("work", *arguments, var=var, **variables)

    def ready(self) -> str:
        """Wait until it takes turns, and return what it says of that."""
        return self.said("Clearcall is ready to run ")


def environment(var: Path, variables: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return {**kept, "VAR_DIR": str(var), **variables}
