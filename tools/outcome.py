"""How a call ended, as it is stored and as the model is told."""

from dataclasses import dataclass, replace
from typing import Literal

from tools.problems import Problem
from tools.redaction import without_secrets
from tools.text import clean, cut

State = Literal["succeeded", "failed", "timed_out"]
MAX_MESSAGE_BYTES = 2000
"""An exception may carry a whole page; the model needs its beginning."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a person is shown of a result and the model is not; `kind` is a type such as "image/png"."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """One end of one call: `result` as stored; `told` differs where it was cut or is an error.

    `left_out` counts the bytes of the result that were cut off.
    """

    state: State
    told: str
    result: str = ""
    result_format: Literal["json", "text"] = "text"
    left_out: int = 0
    error_code: str = ""
    error_message: str = ""
    pictures: tuple[Picture, ...] = ()


def failed(code: str, message: str, details: tuple[dict[str, str], ...] = ()) -> Outcome:
    """End with an error that the model can read."""
    return _ended_badly("failed", Problem(code, _told(message), details))


def reported(outcome: Outcome) -> Outcome:
    """Make an error of a result that its tool calls one: the result is kept, and told as what it is."""
    problem = Problem("tool_reported", _told(outcome.told))
    return replace(
        outcome,
        state="failed",
        told=problem.told(),
        error_code=problem.code,
        error_message="The tool answered with an error.",
    )


def timed_out(deadline: float, *, still_running: bool) -> Outcome:
    """End because the deadline is past; a thread cannot be stopped from outside, and it is said so."""
    fate = "It may still be running." if still_running else "It was stopped."
    limit = "1 second" if deadline == 1 else f"{deadline:g} seconds"
    message = f"The tool did not finish within {limit}. {fate}"
    return _ended_badly("timed_out", Problem("timed_out", message))


def _ended_badly(state: State, problem: Problem) -> Outcome:
    return Outcome(state, told=problem.told(), error_code=problem.code, error_message=problem.message)


def _told(message: str) -> str:
    kept, left_out = cut(without_secrets(clean(message)), MAX_MESSAGE_BYTES)
    return f"{kept} [...]" if left_out else kept
