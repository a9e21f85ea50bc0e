"""Why a wish is not carried out, in the one shape that every door shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is for programs, `message` a sentence that says what to do; docs/protocol.md lists the codes."""

    code: str
    message: str


NOT_FOUND = Refusal("not_found", "There is no such thing, or it is not yours.")
EMPTY = Refusal("empty", "Write something first.")
TOO_LATE = Refusal("too_late", "It is too late for that: this has gone on meanwhile.")
NO_SUCH_TOOL = Refusal("no_such_tool", "That tool cannot be used now. Choose another, or switch it on.")
DECIDED = Refusal("decided", "That has been decided already, or has come to its end: the trace says how.")
CHANGED = Refusal("changed", "The call is not what you were shown any more. Look again, then decide.")
TOO_LARGE = Refusal("too_large", "That was too large to be read.")
SIGNED_OUT = Refusal("signed_out", "You are signed out. Sign in again; what you typed is kept.")
