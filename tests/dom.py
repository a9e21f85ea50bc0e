"""As much of a browser's page as the protocol needs: elements found by id, replaced, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "path", "circle", "rect", "line"})
# As templates and the renderer write it. The standard library's parser reads anything, in twice the time.
TOKEN = re.compile(r"""<(?:!.*?|/([a-z0-9]+)|([a-z0-9]+)((?:[^"'>]|"[^"]*"|'[^']*')*))>""", re.DOTALL)
ATTRIBUTE = re.compile(r"""([^\s="'/]+)(?:="([^"]*)")?""")
# What differs between two looks at the same: what a person unfolded, and what goes with the clock.
PASSING = frozenset({"open", "data-since"})


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.id = attributes.get("id", "")
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.parent: Element | None = None

    def append(self, child: Element | str) -> None:
        self.children.append(child)
        if isinstance(child, Element):
            child.parent = self

    def append_text(self, written: str) -> None:
        assert "<" not in written, written
        if written:
            self.children.append(unescape(written))

    def above(self, tag: str) -> Element:
        """Return the parent of the element that ends here, this very one where none of its kind is open."""
        here: Element | None = self
        while here and here.tag != tag:
            here = here.parent
        return here.parent if here and here.parent else self

    def everything(self) -> Iterator[Element]:
        """Yield this element and all within, in the document's order."""
        ahead: list[Element | str] = [self]
        while ahead:
            here = ahead.pop()
            if isinstance(here, Element):
                yield here
                ahead += reversed(here.children)

    def find(self, id_: str) -> Element | None:
        if self.id == id_:
            return self
        for child in self.children:
            if isinstance(child, Element) and (found := child.find(id_)):
                return found
        return None

    def all_with(self, attribute: str) -> list[Element]:
        return [element for element in self.everything() if attribute in element.attributes]

    def replace_with(self, other: Element | None) -> None:
        assert self.parent
        at = self.parent.children.index(self)
        self.parent.children[at : at + 1] = [other] if other else []
        if other:
            other.parent = self.parent

    def fill(self, html: str) -> None:
        self.children = []
        for child in parse(html).children:
            self.append(child)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def outline_within(self) -> str:
        """Return what the element holds as lines that are equal where two pages show the same."""
        lines: list[str] = []
        self._write_within(lines, "")
        return "\n".join(lines)

    def _write_within(self, lines: list[str], indent: str) -> None:
        for child in _joined(self.children):
            if isinstance(child, Element):
                lines.append(indent + child._opening())
                child._write_within(lines, indent + "  ")
            elif text := " ".join(child.split()):
                lines.append(f"{indent}{text!r}")

    def _opening(self) -> str:
        kept = sorted(item for item in self.attributes.items() if item[0] not in PASSING)
        return " ".join([self.tag, *(f'{name}="{escape(value)}"' for name, value in kept)])


def _joined(children: list[Element | str]) -> Iterator[Element | str]:
    """Let texts that stand side by side be one: where they were cut shows nowhere."""
    text = ""
    for child in children:
        if isinstance(child, str):
            text += child
            continue
        yield text
        yield child
        text = ""
    yield text


def parse(html: str) -> Element:
    """Return a root whose children are what `html` holds, which must be as strict as ours is."""
    root = here = Element("root", {})
    at = 0
    for token in TOKEN.finditer(html):
        here.append_text(html[at : token.start()])
        at = token.end()
        closed, tag, attributes = token.groups()
        if closed:
            here = here.above(closed)
        elif tag:
            element = Element(tag, {name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)})
            here.append(element)
            here = here if tag in VOID else element
    here.append_text(html[at:])
    return root
