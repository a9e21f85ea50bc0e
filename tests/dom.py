"""As much of a browser's page as the protocol needs: elements found by id, replaced, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "path", "circle", "rect", "line"})
# What differs between two looks at the same: what a person unfolded, and what goes with the clock.
PASSING = frozenset({"open", "data-since"})


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.parent: Element | None = None

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def append(self, child: Element | str) -> None:
        self.children.append(child)
        if isinstance(child, Element):
            child.parent = self

    def everything(self) -> Iterator[Element]:
        """Yield this element and all within, in the document's order."""
        ahead: list[Element] = [self]
        while ahead:
            element = ahead.pop()
            yield element
            ahead.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def find(self, id_: str) -> Element | None:
        return next((element for element in self.everything() if element.id == id_), None)

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
        return "\n".join(self._lines_within(""))

    def _lines(self, indent: str) -> Iterator[str]:
        kept = sorted((name, value) for name, value in self.attributes.items() if name not in PASSING)
        yield indent + " ".join([self.tag, *(f'{name}="{escape(value)}"' for name, value in kept)])
        yield from self._lines_within(indent + "  ")

    def _lines_within(self, indent: str) -> Iterator[str]:
        for child in _joined(self.children):
            if isinstance(child, Element):
                yield from child._lines(indent)
            elif child.strip():
                yield f"{indent}{' '.join(child.split())!r}"


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


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._at = Element("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._at.append(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        here: Element | None = self._at
        while here and here.tag != tag:
            here = here.parent
        if here and here.parent:
            self._at = here.parent

    def handle_data(self, data: str) -> None:
        self._at.append(data)


def parse(html: str) -> Element:
    """Return a root whose children are what `html` holds."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
