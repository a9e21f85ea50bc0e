"""Where a tool of a server is, by the names of that server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remote:
    """`may_repeat` says whether to call it twice can do no harm, as its server claims."""

    server_id: int
    server: str
    name: str
    may_repeat: bool
