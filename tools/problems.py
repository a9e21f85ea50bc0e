"""Why a call does not run or has no result, in a shape that the model can read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_NAMES_TOLD = 40
"""Names in the answer to an unknown one; more of them would crowd out the chat."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Arguments that a tool accepts, as plain JSON values with the defaults filled in."""

    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: a code for programs, a sentence for the model, and where in the arguments it lies.

    Each detail is {"path": "items.0.amount", "reason": "Input should be a valid number"}.
    """

    code: str
    message: str
    details: tuple[dict[str, str], ...] = ()

    def told(self) -> str:
        """Say what the model is told: {"error": {"code", "message", "details"}} as JSON text."""
        error = {"code": self.code, "message": self.message, "details": list(self.details)}
        return json.dumps({"error": error}, ensure_ascii=False)

    def fields(self) -> dict[str, Any]:
        """Return what a call's row becomes, for the model and for people."""
        return {"told": self.told(), "error_code": self.code, "error_message": self.message}


def unknown_tool(name: str, known: Iterable[str]) -> Problem:
    """Refuse a name that the model made up, and tell it which ones there are."""
    names = list(known)
    told = ", ".join(names[:MAX_NAMES_TOLD]) or "none"
    more = f" and {len(names) - MAX_NAMES_TOLD} more" if len(names) > MAX_NAMES_TOLD else ""
    return Problem("unknown_tool", f"There is no tool named {name[:64]!r}. The tools are: {told}{more}.")
