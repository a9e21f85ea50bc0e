"""How a tool choice is written in a row and in a command."""

from ..engine.values import Choice

_TOOL = "tool:"


def parse(text: str) -> Choice:
    """Read "auto", "none", "required" or "tool:<name>"; ValueError for anything else."""
    if text in ("auto", "none", "required"):
        return Choice(text)  # type: ignore[arg-type]
    if text.startswith(_TOOL) and len(text) > len(_TOOL):
        return Choice("tool", text.removeprefix(_TOOL))
    raise ValueError(f"{text!r} is not a tool choice")


def written(choice: Choice) -> str:
    return f"{_TOOL}{choice.name}" if choice.mode == "tool" else choice.mode
