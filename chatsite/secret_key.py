"""Where the key comes from that signs sessions on a person's own machine."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def kept_secret_key(path: Path) -> str:
    """Return the key in the file `path`, which is made, readable by its owner alone, where there is none."""
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    # Two commands may start at the same moment: a link appears with its text in it, and never replaces.
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:
        draft.write(secrets.token_urlsafe(50))
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)
