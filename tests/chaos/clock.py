"""A clock that programs take for the machine's, and that can be set while they run: libfaketime's."""

from __future__ import annotations

import glob
import shutil
import tempfile
from pathlib import Path

# Where Debian, Fedora, Arch and Homebrew put it.
PLACES = ("/usr/lib/*/faketime", "/usr/lib64/faketime", "/usr/lib/faketime", "/opt/homebrew/lib/faketime")


def library() -> str:
    """Return where libfaketime is, "" where it is not installed."""
    return next((path for place in PLACES for path in glob.glob(f"{place}/libfaketime.so.1")), "")  # noqa: PTH207


class Clock:
    """The time of the programs that run with `environment`, as an offset from the real one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="clearcall-clock-"))
        self._folder.chmod(0o755)  # a database reads it as somebody else
        self._offset = self._folder / "offset"
        self.set_by(0)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            # Nobody sets that one, and whoever sleeps would not wake.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_by(self, seconds: int) -> None:
        """Let it differ from the real time by so much from here on."""
        self._offset.write_text(f"{seconds:+d}")

    def close(self) -> None:
        shutil.rmtree(self._folder)
