"""How a variable of the environment becomes a value, or a sentence about what is wrong with it."""

import importlib.util
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import available_timezones

YES = {"true", "yes", "on", "1"}
NO = {"false", "no", "off", "0"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A wrong or missing setting; `code` is the number of a start-up check."""

    code: str
    sentence: str


class Environment:
    """Reads variables by kind; a value that does not fit gives its default and one problem more.

    `defaults` has every variable that was read, with its default as docs/settings.md shows it. An empty
    variable is one that is not set.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.defaults: dict[str, str] = {}
        self.problems: list[Problem] = []

    def text(self, name: str, default: str = "") -> str:
        self.defaults[name] = default
        return self._variables.get(name, "").strip() or default

    def choice(self, name: str, default: str, *, among: Sequence[str]) -> str:
        value = self.text(name, default)
        if value in among:
            return value
        self.report("E001", f"{name} is {value!r}, but must be one of: {', '.join(among)}.")
        return default

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value in YES | NO:
            return value in YES
        self.report("E002", f"{name} is {value!r}, but must be true or false.")
        return default

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        given = self.text(name, str(default))
        if given.isascii() and given.isdecimal() and int(given) >= least:
            return int(given)
        self.report("E003", f"{name} is {given!r}, but must be a whole number, {least} or more.")
        return default

    def seconds(self, name: str, default: float) -> float:
        given = self.text(name, f"{default:g}")
        value = _number(given)
        if math.isfinite(value) and value > 0:
            return value
        self.report("E004", f"{name} is {given!r}, but must be a number of seconds greater than 0.")
        return default

    def address(self, name: str, default: str = "") -> str:
        value = self.text(name, default).rstrip("/")
        if not value or _is_address(value):
            return value
        self.report(
            "E005", f"{name} is {value!r}, but must be an address that begins with http:// or https://."
        )
        return default

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value == default or value in available_timezones():
            return value
        self.report(
            "E006", f"{name} is {value!r}, but must be the name of a time zone such as Europe/Berlin."
        )
        return default

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def commands(self, name: str) -> dict[str, str]:
        """Read a JSON object of command lines by their names."""
        try:
            value = json.loads(self.text(name) or "{}")
        except ValueError:
            value = None
        if isinstance(value, dict) and all(isinstance(line, str) and line.strip() for line in value.values()):
            return value
        self.report(
            "E009", f'{name} must be a JSON object of command lines, such as {{"time": "/usr/bin/mcp-time"}}.'
        )
        return {}

    def apps(self, name: str) -> list[str]:
        found = [app for app in self.words(name) if _can_be_imported(app)]
        for app in self.words(name):
            if app not in found:
                self.report("E007", f"{name} names {app!r}, but there is no such Python package.")
        return found

    def report(self, code: str, sentence: str) -> None:
        problem = Problem(code, sentence)
        if problem not in self.problems:
            self.problems.append(problem)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _can_be_imported(app: str) -> bool:
    try:
        return importlib.util.find_spec(app) is not None
    except (ImportError, ValueError):
        return False
