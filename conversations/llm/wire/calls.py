"""Which call a streamed piece belongs to, whatever the server does with indices, ids and names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.engine.values import CallDelta
from conversations.llm.characters import Joiner
from conversations.llm.wire.braces import Braces
from conversations.llm.wire.piece import Piece, piece

MOST_CALLS = 128  # in one reply, named or not; each is kept and searched, and is a row, a task and an answer


@dataclass(slots=True, eq=False)
class Open:
    """A call as far as it has come; `id` is the server's, `told` the one that is unique in this reply."""

    position: int
    index: int | None
    id: str = ""
    told: str = ""
    name: str = ""
    written: list[str] = field(default_factory=list)
    length: int = 0
    extras: dict[str, Any] = field(default_factory=dict)
    joiner: Joiner = field(default_factory=Joiner)
    braces: Braces = field(default_factory=Braces)

    def continues(self, each: Piece) -> bool:
        """Say whether a piece that points here is more of this call, not the start of another one."""
        if not each.name or not self.name:
            return True
        if each.name != self.name or (each.id and self.id and each.id != self.id):
            return False
        return not self.braces.whole or not each.arguments.strip() or self.repeats(each)

    def repeats(self, each: Piece) -> bool:
        """Say whether these are the whole arguments a second time, as some proxies send them at the end."""
        # Their length first: to join what is written for each of many pieces would cost its square.
        if not self.braces.whole or len(each.arguments) != self.length:
            return False
        return each.arguments == "".join(self.written)


class Calls:
    """The calls of one reply while it streams; `too_many` says that there were more, which are not kept.

    `heard_untold` is set when arguments come for a call whose name has not; whoever asks takes it away.
    """

    def __init__(self) -> None:
        self._open: list[Open] = []
        self._told: set[str] = set()
        self.too_many = False
        self.heard_untold = False

    def read(self, entries: list[object]) -> list[CallDelta]:
        """Turn the `tool_calls` of one chunk into deltas; a call's first one comes when its name is known."""
        pieces = [piece(entry) for entry in entries if isinstance(entry, Mapping)]
        # Named entries side by side are different calls, though some servers give them all the index 0.
        distinct = all(each.name for each in pieces)
        deltas: list[CallDelta] = []
        fed: list[Open] = []
        for each in pieces:
            call = self._owner(each)
            if call is None or (distinct and call in fed):
                if len(self._open) == MOST_CALLS:
                    self.too_many = True
                    break
                call = self._start(each)
            fed.append(call)
            deltas += self._add(call, each)
        return deltas

    def end(self) -> list[CallDelta]:
        """Give what was held back: half a surrogate pair, a call whose name never came."""
        deltas = []
        for call in self._open:
            rest = call.joiner.end()
            if not call.name and (call.told or call.written):
                rest = "".join(call.written) + rest
                deltas.append(CallDelta(call.position, call.told, "", rest, call.extras))
            elif rest:
                deltas.append(CallDelta(call.position, arguments=rest))
        return deltas

    def _owner(self, each: Piece) -> Open | None:
        """Return the call that a piece continues; None where it starts one."""
        pointed = self._same_id(each) or self._same_index(each)
        if pointed is None and self._open and self._points_nowhere(each):
            pointed = self._open[-1]
        return pointed if pointed and pointed.continues(each) else None

    def _same_id(self, each: Piece) -> Open | None:
        """Find the call by its id, and by its index too where several calls got the same id."""
        fitting = [call for call in self._open if each.id and call.id == each.id]
        exact = [call for call in fitting if call.index == each.index]
        return next(reversed(exact or fitting), None)

    def _same_index(self, each: Piece) -> Open | None:
        fitting = [call for call in self._open if each.index is not None and call.index == each.index]
        return next(reversed(fitting), None)

    def _points_nowhere(self, each: Piece) -> bool:
        """A piece without index is more of the latest call; so is a bare one if that call has no index."""
        if each.index is None:
            return True
        return self._open[-1].index is None and not each.name and not each.id

    def _start(self, each: Piece) -> Open:
        self._open.append(Open(position=len(self._open), index=each.index))
        return self._open[-1]

    def _add(self, call: Open, each: Piece) -> list[CallDelta]:
        arguments = "" if call.repeats(each) else call.joiner.feed(each.arguments)
        first = not call.name
        told = self._name_once(call, each.id)
        call.name = call.name or each.name
        call.id = call.id or each.id
        call.index = each.index if call.index is None else call.index
        call.extras.update(each.extras)
        if arguments:
            call.written.append(arguments)
            call.length += len(arguments)
            call.braces.feed(arguments)
        if first and call.name:
            return [CallDelta(call.position, call.told, call.name, "".join(call.written), dict(call.extras))]
        if call.name and (told or arguments or each.extras):
            return [CallDelta(call.position, told, "", arguments, each.extras)]
        self.heard_untold = self.heard_untold or bool(arguments)
        return []

    def _name_once(self, call: Open, given: str) -> str:
        """Return the id to tell when a call's first one comes, made unique where the server repeats it."""
        if call.told or not given:
            return ""
        told, count = given, 1
        while told in self._told:
            count += 1
            told = f"{given}_{count}"
        self._told.add(told)
        call.told = told
        return told
