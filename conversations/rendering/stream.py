"""Renders a reply while it is being written, and says only what changed, once its text pays for it.

A block is frozen, and never rendered again, once the first line of the block after it has ended: until then
that line may still turn out to belong to the block before it.
"""

from collections.abc import Iterable

from conversations.rendering.code import Code
from conversations.rendering.highlighting import peek
from conversations.rendering.intake import Intake
from conversations.rendering.markdown import Block, Definitions, blocks, definitions_in, parse
from conversations.rendering.prose import Prose, paragraphs
from conversations.rendering.splice import Splice, encoded, splices
from conversations.rendering.unfinished import legible

# What a frame may cost: so many times its text in bytes, and so many bytes more. Of these the envelope, which
# is not made here, takes up to so many.
PER_BYTE, PER_FRAME, ENVELOPE = 1.5, 64, 26


class Stream:
    """The blocks of a growing text. `rev` counts the updates that changed something.

    `holds` says that the last one has left something out.
    `_html` is the text as rendered, `_sent` what the splices so far have made of it, `_unsent` the slots in
    which they may differ, and `_text_bytes` the text that pays for the next splices.
    """

    def __init__(self) -> None:
        self.rev = 0
        self.holds = False
        self._pieces: list[str] = []
        self._intake = Intake()
        self._open = ""
        self._prose = Prose()
        self._frozen = 0
        self._html: list[str] = []
        self._sent: list[str] = []
        self._unsent: set[int] = set()
        self._text_bytes = 0
        self._literal = 0
        self._definitions: Definitions = {}
        self._waiting: dict[int, tuple[str, tuple[Code, ...]]] = {}

    @property
    def text(self) -> str:
        """All that was appended, as it was."""
        return "".join(self._pieces)

    @property
    def html(self) -> list[str]:
        """The blocks as the splices so far left them: a full frame."""
        return self._sent

    @property
    def uncoloured(self) -> list[Code]:
        """Frozen code without colours: call `highlight` on each in a thread, and the next update has them."""
        return [code for _, codes in self._waiting.values() for code in codes if peek(code) is None]

    def append(self, delta: str) -> None:
        """Take in more text; nothing is rendered."""
        self._pieces.append(delta)
        fresh = self._intake.take(delta)
        self._open += fresh
        self._text_bytes += len(fresh.encode())

    def update(self, *, patient: bool = True) -> list[Splice]:
        """Return what changed since the last splices; nothing yet while their text does not pay for them.

        Who is not patient gets them all the same, and an address that still grows. Costs time by the open
        block's size.
        """
        if not patient:
            self._literal = len(self._open)
        shown = legible(self._open, literal=self._literal)
        self.holds = shown != self._open
        self._grow(shown, growing=True)
        changes = self._changes()
        room = PER_BYTE * self._text_bytes + PER_FRAME - ENVELOPE - _cost(changes)
        if patient and room < 0:
            self.holds = True
            return []
        return self._sending(changes + self._coloured(room) if self._waiting else changes)

    def finish(self) -> list[Splice]:
        """Render the whole, colours and late link definitions included. Run it in a thread."""
        self._grow(self._open + self._intake.rest(), growing=False)
        self._open, self._waiting = "", {}
        changes = self._changes()
        self._sent = self._html.copy()
        self._put(0, blocks(self.text))
        return self._sending(changes + self._changes())

    def _grow(self, shown: str, *, growing: bool) -> None:
        """Render the open text without colours: to add them in the same splice would send its code again."""
        as_written = self._open.startswith(shown)
        if as_written and self._prose.is_plain(self._open):
            found = paragraphs(shown)
        else:
            found = list(parse(shown, colours=_none_yet, definitions=self._definitions, growing=growing))
        self._put(self._frozen, (block.html for block in found))
        if as_written and len(found) > 1:
            self._freeze(found, shown.encode())

    def _put(self, first: int, fresh: Iterable[str]) -> None:
        """Let the slots from `first` on be `fresh`, and no others."""
        slot = first
        for html in fresh:
            self._replace(slot, html)
            slot += 1
        self._unsent.update(range(slot, len(self._html)))
        del self._html[slot:]

    def _replace(self, slot: int, html: str) -> None:
        self._html[slot : slot + 1] = [html]
        self._unsent.add(slot)

    def _changes(self) -> list[Splice]:
        """Return what makes the blocks that were sent those that are rendered."""
        return [
            change
            for slot in sorted(self._unsent)
            for change in splices(slot, _at(self._sent, slot), _at(self._html, slot))
        ]

    def _coloured(self, room: float) -> list[Splice]:
        """Add the colours that are known by now and that the frame has room for; their code pays too.

        None to what changes anyway: that would send its code again.
        """
        found: list[Splice] = []
        for slot in [slot for slot, (_, codes) in self._waiting.items() if _all_known(codes)]:
            source, codes = self._waiting[slot]
            fresh = parse(source, colours=peek, definitions=self._definitions)
            html = "".join(block.html for block in fresh)
            changes = splices(slot, self._html[slot], html)
            room += PER_BYTE * sum(len(code.source.encode()) for code in codes) - _cost(changes)
            if slot in self._unsent or room < 0:
                break
            del self._waiting[slot]
            self._html[slot] = html
            found += changes
        return found

    def _sending(self, changes: list[Splice]) -> list[Splice]:
        if changes:
            self.rev += 1
            self._sent = self._html.copy()
            self._text_bytes = 0
        self._unsent.clear()
        return changes

    def _freeze(self, found: list[Block], source: bytes) -> None:
        settled = len(found) - 1
        if source.find(b"\n", _line_start(source, found[settled].start)) < 0:
            settled -= 1
        if settled <= 0:
            return
        starts = [_line_start(source, block.start) for block in found[: settled + 1]]
        for slot, block in enumerate(found[:settled]):
            if block.uncoloured:
                own = source[starts[slot] : starts[slot + 1]].decode()
                self._waiting[self._frozen + slot] = own, block.uncoloured
        done = source[: starts[settled]].decode()
        self._definitions = definitions_in(done) | self._definitions
        self._open, self._prose = self._open[len(done) :], Prose()
        self._literal = max(self._literal - len(done), 0)
        self._frozen += settled


def _none_yet(code: Code) -> None:
    return None


def _all_known(codes: tuple[Code, ...]) -> bool:
    return all(peek(code) is not None for code in codes)


def _at(slots: list[str], slot: int) -> str:
    return slots[slot] if slot < len(slots) else ""


def _cost(changes: list[Splice]) -> int:
    return sum(len(encoded(change).encode()) + 1 for change in changes)


def _line_start(source: bytes, at: int) -> int:
    return source.rfind(b"\n", 0, at) + 1
