"""What a server offers: its list of tools, read to its end or to a limit, each tool made harmless to keep."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from mcp import Client
from mcp_types import Tool as RemoteTool

from tools.foreign import MANY_STEPS, allowance
from tools.mcp.limits import DESCRIPTION_LIMIT, MESSAGE_LIMIT, PAGE_LIMIT, TOOL_LIMIT
from tools.mcp.mending import NO_SCHEMA
from tools.mcp.offer import Offer, Offers
from tools.mcp.schemas import fault_of
from tools.redaction import without_secrets
from tools.text import clean, clean_json

HINTS = ("read_only_hint", "destructive_hint", "idempotent_hint", "open_world_hint")
LONGEST_NAME = 200


@dataclass
class Listing:
    """What was read of a list so far."""

    tools: dict[str, RemoteTool] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, tools: list[RemoteTool]) -> bool:
        """Take a page in; False once there is no more room."""
        for tool in tools:
            name = clean(tool.name)
            if len(self.tools) >= TOOL_LIMIT:
                self.trouble.append(
                    f"It offers more than {TOOL_LIMIT:,} tools; only the first ones are kept."
                )
                return False
            if not name or len(name) > LONGEST_NAME:
                self.trouble.append(f"A tool was left out whose name has {len(name):,} characters.")
            elif name in self.tools:
                self.trouble.append(f"It offers {name!r} more than once; the first one is kept.")
            elif self._takes_too_much(tool):
                most = MESSAGE_LIMIT // 1024 // 1024
                self.trouble.append(f"Its tools take more than {most} MB; only the first ones are kept.")
                return False
            else:
                self.tools[name] = tool
        return True

    def _takes_too_much(self, tool: RemoteTool) -> bool:
        self.size += len(tool.description or "") + len(json.dumps(tool.input_schema))
        return self.size > MESSAGE_LIMIT


async def ask(client: Client) -> Listing:
    """Read the whole list, page by page; what is wrong with it is said, not raised."""
    listing, cursor, seen = Listing(), None, set[str]()
    for _ in range(PAGE_LIMIT):
        page = await client.list_tools(cursor=cursor)
        cursor = page.next_cursor
        if not listing.add(page.tools) or cursor is None:
            return listing
        if cursor in seen:
            listing.trouble.append("Its list of tools repeats a page; it was read no further.")
            return listing
        seen.add(cursor)
    listing.trouble.append(f"Its list of tools has more than {PAGE_LIMIT} pages; the others were not read.")
    return listing


def understood(listing: Listing) -> Offers:
    """Make a list fit to be kept; takes a while for a long one, so that it belongs into a thread."""
    trouble = " ".join(dict.fromkeys(listing.trouble[:20]))
    with allowance(MANY_STEPS):
        offers = tuple(_offer(name, tool) for name, tool in listing.tools.items())
    return Offers(offers, _fit(trouble))


def _offer(name: str, tool: RemoteTool) -> Offer:
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    fault = "Its schema is none." if tool.input_schema == NO_SCHEMA else fault_of(tool.input_schema)
    if not fault:
        schema = json.loads(without_secrets(clean_json(json.dumps(tool.input_schema))))
    if without_secrets(name) != name:
        fault = "Its name has a secret in it."
    return Offer(
        remote_name=_fit(name),
        title=_fit(tool.title or "")[:LONGEST_NAME],
        description=_fit(tool.description or tool.title or "")[:DESCRIPTION_LIMIT],
        schema=schema,
        hints=_hints(tool),
        fault=_fit(fault),
    )


def _fit(text: str) -> str:
    return without_secrets(clean(text))


def _hints(tool: RemoteTool) -> dict[str, bool]:
    given = {name: getattr(tool.annotations, name, None) for name in HINTS}
    return {name.removesuffix("_hint"): value for name, value in given.items() if isinstance(value, bool)}
