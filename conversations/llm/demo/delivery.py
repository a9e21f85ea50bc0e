"""What one request is answered with: a status, headers and the pieces of a stream, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8"}


class Gate(Protocol):
    """Something to wait for in the middle of a stream, such as an `asyncio.Event`."""

    async def wait(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Delta:
    """One chunk whose `choices[0].delta` is `fields`."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finish:
    """The chunk that names the finish_reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The regular end: usage where it was asked for, then `[DONE]`."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes sent as they are, in one read."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Send nothing until the gate opens."""

    gate: Gate


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is lost here."""


Piece = Delta | Finish | Done | Raw | Hold | Drop


@dataclass(frozen=True, slots=True)
class Delivery:
    """An immutable answer; each method gives a changed copy. Pieces are words, or bits of arguments."""

    pieces: tuple[Piece, ...]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: EVENT_STREAM)
    slowness: float = 1.0

    def cut_after(self, count: int) -> "Delivery":
        """End the stream after `count` pieces: no finish_reason, no `[DONE]`, no error."""
        return replace(self, pieces=self.pieces[:count])

    def dropped_after(self, count: int) -> "Delivery":
        """Lose the connection after `count` pieces."""
        return replace(self, pieces=(*self.pieces[:count], Drop()))

    def held_after(self, count: int, gate: Gate) -> "Delivery":
        """Send nothing after `count` pieces until `gate` opens; 0 holds back the first piece."""
        return replace(self, pieces=(*self.pieces[:count], Hold(gate), *self.pieces[count:]))

    def broken_after(self, count: int, data: bytes) -> "Delivery":
        """Send `data` as it is between two pieces."""
        return replace(self, pieces=(*self.pieces[:count], Raw(data), *self.pieces[count:]))

    def slower(self, factor: float) -> "Delivery":
        """Wait `factor` times as long between pieces."""
        return replace(self, slowness=factor)
