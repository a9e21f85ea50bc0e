"""Renders a reply while it is being written, and says only what changed.

A block is frozen, and never rendered again, once the first line of the block after it has ended: until then
that line may still turn out to belong to the block before it.
"""

import re
from collections.abc import Iterable

from conversations.rendering.code import Code
from conversations.rendering.highlighting import peek
from conversations.rendering.intake import Intake
from conversations.rendering.markdown import Block, Definitions, blocks, definitions_in, parse
from conversations.rendering.prose import Prose, paragraphs
from conversations.rendering.splice import Splice, splice

# A last line of markers alone is not shown yet: "-" below a paragraph would make it a heading for a moment,
# and "|" would break off a table.
_MARKERS_ALONE = re.compile(r"[ \t|=*+_#>~:`-]*(?:\d{1,9}[.)]?)?[ \t]*")


class Stream:
    """The blocks of a growing text. `rev` counts the updates that changed something."""

    def __init__(self) -> None:
        self.rev = 0
        self._pieces: list[str] = []
        self._intake = Intake()
        self._open = ""
        self._prose = Prose()
        self._frozen = 0
        self._html: list[str] = []
        self._definitions: Definitions = {}
        self._waiting: dict[int, tuple[str, tuple[Code, ...]]] = {}

    @property
    def text(self) -> str:
        """All that was appended, as it was."""
        return "".join(self._pieces)

    @property
    def html(self) -> list[str]:
        """The blocks as the last update left them: a full frame."""
        return list(self._html)

    @property
    def uncoloured(self) -> list[Code]:
        """Frozen code without colours: call `highlight` on each in a thread, and the next update has them."""
        return [code for _, codes in self._waiting.values() for code in codes if peek(code) is None]

    def append(self, delta: str) -> None:
        """Take in more text; nothing is rendered."""
        self._pieces.append(delta)
        self._open += self._intake.take(delta)

    def update(self) -> list[Splice]:
        """Return what changed since the last update. Costs time by the open block's size."""
        shown = _without_markers_alone(self._open)
        return self._changed(self._coloured() + self._grown(shown, growing=True))

    def finish(self) -> list[Splice]:
        """Render the whole, colours and late link definitions included. Run it in a thread."""
        last = self._grown(self._open + self._intake.rest(), growing=False)
        self._open, self._waiting = "", {}
        return self._changed(last + self._put(0, blocks(self.text)))

    def _coloured(self) -> list[Splice]:
        splices = []
        for slot in [slot for slot, (_, codes) in self._waiting.items() if _all_known(codes)]:
            source, _ = self._waiting.pop(slot)
            fresh = parse(source, colours=peek, definitions=self._definitions)
            splices += self._replace(slot, "".join(block.html for block in fresh))
        return splices

    def _grown(self, shown: str, *, growing: bool) -> list[Splice]:
        """Render the open text without colours: to add them in the same splice would send its code again."""
        if self._prose.is_plain(self._open):
            found = paragraphs(shown)
        else:
            found = list(parse(shown, colours=_none_yet, definitions=self._definitions, growing=growing))
        splices = self._put(self._frozen, (block.html for block in found))
        if len(found) > 1:
            self._freeze(found, shown.encode())
        return splices

    def _put(self, first: int, fresh: Iterable[str]) -> list[Splice]:
        """Let the slots from `first` on be `fresh`, and no others."""
        splices, slot = [], first
        for html in fresh:
            splices += self._replace(slot, html)
            slot += 1
        for gone in range(slot, len(self._html)):
            splices += self._replace(gone, "")
        del self._html[slot:]
        return splices

    def _replace(self, slot: int, html: str) -> list[Splice]:
        if slot == len(self._html):
            self._html.append("")
        change = splice(slot, self._html[slot], html)
        self._html[slot] = html
        return [change] if change else []

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
        self._frozen += settled

    def _changed(self, splices: list[Splice]) -> list[Splice]:
        self.rev += bool(splices)
        return splices


def _none_yet(code: Code) -> None:
    return None


def _all_known(codes: tuple[Code, ...]) -> bool:
    return all(peek(code) is not None for code in codes)


def _without_markers_alone(text: str) -> str:
    line = text.rfind("\n") + 1
    return text[:line] if _MARKERS_ALONE.fullmatch(text, line) else text


def _line_start(source: bytes, at: int) -> int:
    return source.rfind(b"\n", 0, at) + 1
