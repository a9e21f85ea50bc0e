"""All tools that there are, whoever may use them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tools.definition import Tool
from tools.reading import Fault


class Registry:
    """Tools by name, in the order in which they were found."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}
        self._faulty: dict[str, tuple[Fault, ...]] = {}
        self._lock = threading.Lock()

    def add(self, tool: Tool) -> None:
        """Take a tool in; one that is faulty or whose name is taken is left out and kept for the check."""
        with self._lock:
            known = self._tools.get(tool.name)
            if tool.faults:
                self._faulty[tool.where] = tool.faults
            elif known and known.function is not tool.function:
                self._faulty[tool.where] = (_taken(tool, known),)
            elif not known:
                self._tools[tool.name] = tool

    def clear(self) -> None:
        """Forget everything, before looking for tools anew."""
        with self._lock:
            self._tools, self._faulty = {}, {}

    def find(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def all(self) -> tuple[Tool, ...]:
        return tuple(self._tools.values())

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


def _taken(tool: Tool, known: Tool) -> Fault:
    return Fault("E005", f"its name {tool.name!r} is taken by {known.where}; give one of them another")
