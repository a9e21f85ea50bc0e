"""How a second server on the same files is kept out, and how others know that there is one."""

import fcntl
import os
from pathlib import Path
from typing import IO

from django.conf import settings


class ServerLock:
    """The file `server.lock`, locked while its server lives: the system unlocks it, however that one ends.

    Servers that may run beside each other share it, and keep out whoever wants it alone.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._shared = shared
        self._path = folder / "server.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Say whether the lock is ours now."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        self._write("")
        return True

    def release(self) -> None:
        """Let somebody else have it before this process ends."""
        if self._file:
            self._file.close()
            self._file = None

    def tell(self, address: str) -> None:
        """Let `address_of_holder` know where the holder can be reached."""
        self._write(address)

    def address_of_holder(self) -> str:
        """Return where the running server can be reached; "" without one, or while it starts."""
        if not self._path.exists():
            return ""
        with self._path.open("r+") as file:
            try:
                fcntl.flock(file, (fcntl.LOCK_EX if self._shared else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read()
        return ""

    def _write(self, text: str) -> None:
        assert self._file is not None  # noqa: S101
        self._file.truncate(0)
        self._file.write(text)
        self._file.flush()
        os.fsync(self._file.fileno())


def server_lock() -> ServerLock:
    """Return the lock of this installation's files, for whoever runs turns there alone."""
    return ServerLock(settings.VAR_DIR)
