"""Writes the HTML of one block from the parser's events; all text that it did not make itself is escaped."""

import re
from html import escape
from typing import Any

from conversations.rendering.cleaning import HARMLESS_TAGS
from conversations.rendering.code import Code, Colours, code_block, language_of
from conversations.rendering.elements import checkbox, heading, list_opening, table_opening
from conversations.rendering.links import allowed, linked, opening

Data = Any  # the payload of a pyromark event: a string, a tuple or a small dict, by its kind

_OPEN = {
    "Paragraph": "<p>",
    "Item": "<li>",
    "BlockQuote": "<blockquote>",
    "Emphasis": "<em>",
    "Strong": "<strong>",
    "Strikethrough": "<del>",
    "TableRow": "<tr>",
}
_CLOSE = {
    "Paragraph": "</p>",
    "Item": "</li>",
    "BlockQuote": "</blockquote>",
    "Emphasis": "</em>",
    "Strong": "</strong>",
    "Strikethrough": "</del>",
    "TableRow": "</tr>",
    "Table": "</tbody></table></div>",
}
_HARMLESS = re.compile(rf"</?(?:{'|'.join(sorted(HARMLESS_TAGS))})\s*/?>", re.IGNORECASE)
# Parsing HTML takes time by the square of its depth, and browsers stop nesting at 512.
DEEPEST = 60


class Writer:
    """Takes one block's events and gives its HTML, not yet cleaned.

    `uncoloured` are the blocks of code whose tokens `colours` did not know yet.
    """

    def __init__(self, colours: Colours) -> None:
        self.uncoloured: list[Code] = []
        self._colours = colours
        self._parts: list[str] = []
        self._cell = "td"
        self._depth = self._unclosed = 0
        self._links: list[str] = []
        self._language = ""
        self._source: list[str] | None = None
        self._images: list[str] = []
        self._alt: list[str] = []

    @property
    def html(self) -> str:
        return "".join(self._parts)

    def write(self, kind: str, data: Data, *, growing: bool = False) -> None:
        """Write one event; `growing` says that the text may go on where this event ends."""
        if kind in ("Start", "End"):
            name, detail = (data, None) if isinstance(data, str) else next(iter(data.items()))
            self._tag(kind, name, detail)
        elif self._source is not None:
            self._source.append(data)
        elif self._images:
            self._alt.append(data if isinstance(data, str) else " ")
        else:
            self._parts.append(self._inline(kind, data, growing))

    def _tag(self, kind: str, name: str, detail: Data) -> None:
        """Write an element, but too deep ones only by what is in them."""
        starts = kind == "Start"
        self._depth += starts
        if self._depth <= DEEPEST or name in ("CodeBlock", "HtmlBlock", "Image"):
            (self._start if starts else self._end)(name, detail)
        self._depth -= not starts

    def _start(self, name: str, detail: Data) -> None:
        if name in ("CodeBlock", "HtmlBlock"):
            self._start_source(name, detail)
        elif name == "Image":
            self._images.append(detail["dest_url"])
        elif not self._images:
            self._parts.append(_OPEN.get(name) or self._opened(name, detail))

    def _end(self, name: str, detail: Data) -> None:
        if name in ("CodeBlock", "HtmlBlock"):
            self._end_source()
        elif name == "Image":
            self._end_image()
        elif not self._images:
            self._parts.append(_CLOSE.get(name) or self._closed(name, detail))

    def _opened(self, name: str, detail: Data) -> str:
        match name:
            case "Heading":
                return f"<{heading(detail['level'])}>"
            case "List":
                return list_opening(detail)
            case "Link":
                return self._open_link(detail)
            case "Table":
                return table_opening(detail)
            case "TableHead":
                self._cell = "th"
                return "<thead><tr>"
            case "TableCell":
                return f"<{self._cell}>"
        return ""

    def _closed(self, name: str, detail: Data) -> str:
        match name:
            case "Heading":
                return f"</{heading(detail)}>"
            case "List":
                return "</ol>" if detail else "</ul>"
            case "Link":
                return self._links.pop()
            case "TableHead":
                self._cell = "td"
                return "</tr></thead><tbody>"
            case "TableCell":
                return f"</{self._cell}>"
        return ""

    def _inline(self, kind: str, data: Data, growing: bool) -> str:
        match kind:
            case "Text":
                return escape(data, quote=False) if self._links else linked(data, growing=growing)
            case "SoftBreak":
                return "\n"
            case "HardBreak":
                return "<br>"
            case "Code":
                return f"<code>{escape(data, quote=False)}</code>"
            case "Rule":
                return "<hr>"
            case "TaskListMarker":
                return checkbox(done=data)
            case "InlineHtml" if self._lets_through(data):
                return str(data)
        return escape(str(data), quote=False)

    def _lets_through(self, tag: str) -> bool:
        if not _HARMLESS.fullmatch(tag):
            return False
        if "br" not in tag.lower():
            self._unclosed = max(self._unclosed + (-1 if tag.startswith("</") else 1), 0)
        return self._unclosed <= DEEPEST

    def _open_link(self, detail: Data) -> str:
        address = detail["dest_url"]
        if detail["link_type"] == "Email":
            address = f"mailto:{address}"
        self._links.append("</a>" if allowed(address) else "")
        return opening(address, detail["title"]) if allowed(address) else ""

    def _start_source(self, name: str, detail: Data) -> None:
        """Raw HTML is shown as the code that it is: nothing written is hidden, and nothing of it runs."""
        fenced = detail if isinstance(detail, dict) else {}
        self._language = "html" if name == "HtmlBlock" else language_of(fenced.get("Fenced", ""))
        self._source = []

    def _end_source(self) -> None:
        code = Code(self._language, "".join(self._source or ()))
        self._source = None
        tokens = self._colours(code)
        if tokens is None:
            self.uncoloured.append(code)
        self._parts.append(code_block(code, tokens or ""))

    def _end_image(self) -> None:
        """No image is fetched, as its address can carry off what was said: it becomes a link."""
        address = self._images.pop()
        if self._images:
            return
        text = escape("".join(self._alt) or "image", quote=False)
        self._alt = []
        standing_alone = allowed(address) and not self._links
        self._parts.append(f"{opening(address)}{text}</a>" if standing_alone else text)
