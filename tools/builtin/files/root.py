"""How a path that a model wrote leads to something below one folder, and never out of it.

Each step is opened from the folder before it, which is held open, and follows no link: whatever is renamed or
swapped in between, the next step starts where this one stands.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tools import ToolError, defaults

NOT_SET_UP = "No folder is set up for files. Staff can name one in FILES_ROOT."
LONGEST_PATH = 1_000
MAX_STEPS = 50
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# NONBLOCK, because opening a pipe would wait for its other end.
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def missing() -> str:
    """Say why there is no folder, or ""."""
    return problem() or ("" if defaults.files_root() else NOT_SET_UP)


def problem() -> str:
    """Say what is wrong with the setting, or "" where it is right or not set."""
    written = defaults.files_root()
    if not written:
        return ""
    root = Path(written)
    if not root.is_absolute() or not root.is_dir():
        return f"FILES_ROOT is {written!r}, but must be the absolute path of a folder that is there."
    root, own = root.resolve(), Path(settings.VAR_DIR).resolve()
    if own.is_relative_to(root) or root.is_relative_to(own):
        return (
            f"FILES_ROOT is {written!r}, which shares files with VAR_DIR, where Clearcall keeps its secrets."
        )
    return ""


def steps(path: str) -> list[str]:
    """Take a path apart; ToolError where it leads up, begins at the top or names something hidden."""
    if len(path) > LONGEST_PATH or "\0" in path:
        raise ToolError("The path is too long or has a NUL in it.")
    if path.startswith("/"):
        raise ToolError("The path begins with '/'. Write it from the folder on, as list_files shows it.")
    found = [step for step in path.split("/") if step not in ("", ".")]
    if ".." in found:
        raise ToolError("The path leads up by '..', which is not followed. Write it as list_files shows it.")
    if any(step.startswith(".") for step in found):
        raise ToolError("Hidden files, whose names begin with a dot, are not shown.")
    if len(found) > MAX_STEPS:
        raise ToolError("The path has too many folders in it.")
    return found


@contextmanager
def folder(path: list[str]) -> Iterator[int]:
    """Open a folder; give its descriptor."""
    if why := missing():
        raise ToolError(why)
    with _sentences("/".join(path) or "the folder itself"):
        here = os.open(defaults.files_root(), FOLDER)
        try:
            for step in path:
                above, here = here, os.open(step, FOLDER | os.O_NOFOLLOW, dir_fd=here)
                os.close(above)
            yield here
        finally:
            os.close(here)


@contextmanager
def file(path: list[str]) -> Iterator[int]:
    """Open a regular file; give its descriptor."""
    if not path:
        raise ToolError("There is no path. Write that of a file, as list_files shows it.")
    with folder(path[:-1]) as above, _sentences("/".join(path)):
        # Looked at before, for opening a device may do something, and after, for it may be another thing.
        _refuse_others(os.stat(path[-1], dir_fd=above, follow_symlinks=False))
        opened = os.open(path[-1], FILE, dir_fd=above)
        try:
            _refuse_others(os.fstat(opened))
            yield opened
        finally:
            os.close(opened)


def _refuse_others(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ToolError("That is a folder. List it with list_files.")
    if stat.S_ISLNK(found.st_mode):
        raise ToolError("That is a link, which is not followed.")
    if not stat.S_ISREG(found.st_mode):
        raise ToolError("That is no ordinary file, so it cannot be read.")


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, UnicodeEncodeError):
        raise ToolError(f"There is no {name[:200]!r}. list_files shows what there is.") from None
    except PermissionError:
        raise ToolError(f"{name[:200]!r} may not be read.") from None
    except OSError as error:  # a link on the way, a file where a folder should be, a disk that fails
        raise ToolError(f"{name[:200]!r} cannot be opened, or is a link, which is not followed.") from error
