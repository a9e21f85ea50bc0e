"""`list_files` and `read_file`: text files below one folder."""

import os
import stat
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, TypedDict

from pydantic import Field

from tools import ToolError, tool
from tools.builtin.files.root import file, folder, missing, steps

MAX_BYTES = 5_000_000
MAX_ENTRIES = 500
MAX_LOOKED_AT = 20_000
MAX_LINES = 1_000
MAX_TOLD = 48_000
"""Bytes of text: below the limit of a tool's result, which would cut in the middle of a line."""

LONGEST_LINE = 4_000

Path = Annotated[str, Field(description="From the folder on, such as 'notes/plan.md'.")]


class Entry(TypedDict):
    """`bytes` is None for a folder; `modified` is in UTC."""

    name: str
    kind: str
    bytes: int | None
    modified: str


class Listing(TypedDict):
    """`remark` says what is left out."""

    entries: list[Entry]
    remark: str


class Part(TypedDict):
    """Lines `first` to `last` of `lines`; `remark` says how to get the others."""

    text: str
    first: int
    last: int
    lines: int
    remark: str


@tool(safe_to_repeat=True, missing=missing)
def list_files(
    path: Annotated[str, Field(description="A folder, such as 'notes'; empty for the topmost one.")] = "",
) -> Listing:
    """List the files and folders in a folder."""
    with folder(steps(path)) as here, os.scandir(here) as found:
        looked_at = list(islice(found, MAX_LOOKED_AT))
        entries = [entry for each in looked_at if (entry := _entry(each))]
    entries.sort(key=lambda entry: (entry["kind"] == "file", entry["name"].casefold()))
    is_more = len(entries) > MAX_ENTRIES or len(looked_at) == MAX_LOOKED_AT
    remark = (
        f"These are {MAX_ENTRIES} of more entries." if is_more else "" if entries else "The folder is empty."
    )
    return {"entries": entries[:MAX_ENTRIES], "remark": remark}


@tool(safe_to_repeat=True, missing=missing)
def read_file(
    path: Path,
    first_line: Annotated[int, Field(ge=1, description="The line to begin with.")] = 1,
    lines: Annotated[int, Field(ge=1, le=MAX_LINES, description="How many lines to read.")] = 200,
) -> Part:
    """Read lines of a text file."""
    with file(steps(path)) as opened:
        raw = _content(opened)
    if b"\0" in raw:
        raise ToolError("The file is no text, so it cannot be read.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ToolError("The file is not written in UTF-8, so it cannot be read.") from None
    return _part(text, first_line, lines)


def _entry(found: os.DirEntry[str]) -> Entry | None:
    """Describe what can be listed or read; nothing else is shown."""
    try:
        found.name.encode()
        facts = found.stat(follow_symlinks=False)
    except (OSError, UnicodeEncodeError):  # gone meanwhile, or named in bytes that no model could write
        return None
    is_folder = stat.S_ISDIR(facts.st_mode)
    if found.name.startswith(".") or not (is_folder or stat.S_ISREG(facts.st_mode)):
        return None
    return {
        "name": found.name,
        "kind": "folder" if is_folder else "file",
        "bytes": None if is_folder else facts.st_size,
        "modified": datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(timespec="seconds"),
    }


def _content(opened: int) -> bytes:
    raw = bytearray()
    while piece := os.read(opened, 1 << 20):
        raw += piece
        if len(raw) > MAX_BYTES:
            raise ToolError(f"The file is larger than {MAX_BYTES:,} bytes, so it is not read.")
    return bytes(raw)


def _part(text: str, first: int, wanted: int) -> Part:
    every = text.removesuffix("\n").split("\n") if text else []
    if first > max(1, len(every)):
        raise ToolError(f"The file has only {len(every)} lines.")
    taken: list[str] = []
    size = 0
    for line in every[first - 1 : first - 1 + wanted]:
        shown = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} [cut]"
        size += len(shown.encode()) + 1
        if size > MAX_TOLD and taken:
            break
        taken.append(shown)
    last = first - 1 + len(taken)
    return {
        "text": "\n".join(taken),
        "first": first,
        "last": last,
        "lines": len(every),
        "remark": f"Go on with first_line {last + 1}."
        if last < len(every)
        else ""
        if every
        else "It is empty.",
    }
