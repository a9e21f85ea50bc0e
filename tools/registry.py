"""All tools that there are, whoever may use them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from tools.definition import Tool
from tools.reading import Fault
from tools.routing.finding import FIND_TOOLS


class Supplier(Protocol):
    """Where tools come from that are no code of ours, and may be others at any time."""

    def all(self) -> tuple[Tool, ...]:
        """Give the tools as they are now; sync, with a constant number of queries."""
        ...

    def find(self, name: str) -> Tool | None: ...


class Registry:
    """Tools by name, in the order in which they were found; those of suppliers come after."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}
        self._faulty: dict[str, tuple[Fault, ...]] = {}
        self._suppliers: list[Supplier] = []
        self._lock = threading.Lock()

    def add(self, tool: Tool) -> None:
        """Take a tool in; one that is faulty or whose name is taken is left out and kept for the check."""
        with self._lock:
            known = self._tools.get(tool.name)
            if tool.faults:
                self._faulty[tool.where] = tool.faults
            elif tool.name == FIND_TOOLS:
                self._faulty[tool.where] = (_OURS,)
            elif known and known.function is not tool.function:
                self._faulty[tool.where] = (_taken(tool, known),)
            elif not known:
                self._tools[tool.name] = tool

    def supply(self, supplier: Supplier) -> None:
        """Have a supplier's tools as well from now on."""
        if supplier not in self._suppliers:
            self._suppliers.append(supplier)

    def clear(self) -> None:
        """Forget everything, before looking for tools anew."""
        with self._lock:
            self._tools, self._faulty = {}, {}

    def find(self, name: str) -> Tool | None:
        found = (supplier.find(name) for supplier in self._suppliers)
        return self._tools.get(name) or next(filter(None, found), None)

    def all(self) -> tuple[Tool, ...]:
        own = self._tools
        supplied = (tool for supplier in self._suppliers for tool in supplier.all())
        return (*own.values(), *(tool for tool in supplied if tool.name not in own))

    def own_names(self) -> set[str]:
        """Name the tools that are code, so that no supplier takes their names."""
        return set(self._tools)

    def search(self, words: str) -> list[Tool]:
        """Return the tools that have all of these words in their names or descriptions; all for none."""
        wanted = words.lower().split()
        return [
            tool
            for tool in self.all()
            if all(word in f"{tool.name} {tool.description}".lower() for word in wanted)
        ]

    def faulty(self) -> dict[str, tuple[Fault, ...]]:
        """Say what is wrong with each tool that was left out, by the Python name of its function."""
        return dict(self._faulty)

    @contextmanager
    def including(self, *tools: Tool) -> Iterator[None]:
        """Have these tools as well for a while, instead of any of the same names."""
        with self._lock:
            before, self._tools = self._tools, {**self._tools, **{tool.name: tool for tool in tools}}
        try:
            yield
        finally:
            self._tools = before


registry = Registry()
_OURS = Fault("E005", f"its name {FIND_TOOLS!r} is that of a tool of Clearcall's own; give it another")


def _taken(tool: Tool, known: Tool) -> Fault:
    return Fault("E005", f"its name {tool.name!r} is taken by {known.where}; give one of them another")
