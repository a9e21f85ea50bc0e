"""Says how the end of a growing text is shown before it is known what it will be.

As what it will most likely be: a line that begins with "| " as a table's head, "[words](https://ex" as words.
So the page seldom jumps, and little is sent twice.
"""

import re

# A last line of markers alone is not shown: "-" below a paragraph would make it a heading for a moment, and
# "|" would break off a table.
_MARKERS_ALONE = re.compile(r"[ \t|=*+_#>~:`-]*(?:\d{1,9}[.)]?)?[ \t]*")
# "|x|" begins a sentence of mathematics, no table.
_TABLE_HEAD = re.compile(r" {0,3}(?=\| )")
_ROW = re.compile(r"[ \t]*\|")
_COLUMN = re.compile(r"(?<!\\)\|")
# A link until its address ends, an address until what follows it; what is longer is neither.
_LINK = re.compile(r"\[(?P<words>[^\[\]\n]{0,200})(?:\](?:\([^()\n]{0,1000})?)?\Z")
_ADDRESS = re.compile(r"(?<![\w/@])(?<!\]: )https?(?::[^\s<>\"`\\|]{0,1000})?\Z")


def legible(text: str, *, literal: int = 0) -> str:
    """Return `text` as it is shown while it grows; an address that begins before `literal` is shown too."""
    line = text.rfind("\n") + 1
    if _MARKERS_ALONE.fullmatch(text, line):
        shown = text[:line]
        line = text.rfind("\n", 0, max(line - 1, 0)) + 1
    else:
        shown = text
    if "```" in text or "~~~" in text:  # a line of code is what it is
        return shown
    if head := _begins_table(shown, line):
        return f"{shown.rstrip()}\n{head[0]}{'|-' * _columns(shown[line:])}|"
    bracket = shown.rfind("[", line)
    link = _LINK.match(shown, bracket) if bracket >= 0 else None
    if link and shown[bracket - 1 : bracket] != "\\" and not shown.count("`", line, bracket) % 2:
        return shown[:bracket].removesuffix("!") + link["words"]
    address = shown.rfind("http", max(line, literal))
    return shown[:address] if address >= 0 and _ADDRESS.match(shown, address) else shown


def _begins_table(text: str, line: int) -> re.Match[str] | None:
    """Say whether the line is a table's first as far as can be seen: the one before it is none of a table."""
    head = _TABLE_HEAD.match(text, line)
    before = text.rfind("\n", 0, max(line - 1, 0)) + 1 if head else line
    return None if before < line and _ROW.match(text, before) else head


def _columns(head: str) -> int:
    return len(_COLUMN.findall(head.strip().removesuffix("|")))
