"""What a server's tool is called here: a name that model APIs accept and that is nobody else's."""

import hashlib
import re
from collections.abc import Container
from itertools import count

LONGEST = 64
DIGEST = 6


def name_for(server: str, remote: str, *, taken: Container[str]) -> str:
    """Put the server's name before the tool's; what had to be changed is kept apart by a digest."""
    plain = re.sub(r"[^a-zA-Z0-9_-]", "_", remote)
    name = f"{server}__{plain}"
    if plain == remote and len(name) <= LONGEST and name not in taken:
        return name
    for number in count():
        digest = hashlib.sha256(f"{number} {remote}".encode(errors="replace")).hexdigest()[:DIGEST]
        apart = f"{name[: LONGEST - DIGEST - 1]}_{digest}"
        if apart not in taken:
            return apart
    raise AssertionError("never reached")
