"""The arguments of the calls to one tool: what the question gives, and what must be made up."""

from typing import Any

from conversations.engine.values import Json, OfferedTool

from .filling import filled
from .findings import finder_for
from .freetext import free_text
from .known import Known
from .schemas import Schema, choices, kind, properties, required, resolved
from .searching import Search, found_in

CALLS_LIMIT = 10
# Two cities are two questions, but two capitalised words or two identifiers seldom are.
REPEATED = ("place", "zone", "date", "expression")
# "What's the time and the weather in Tokyo?" means Tokyo both times, needed or not.
BORROWED = ("place", "zone")
WORDY = ("text", "code", "name", "expression", "to")


def arguments_for(tool: OfferedTool, known: Known) -> list[Json]:
    """Give the arguments of one call, or of one each where a single value was asked for several times."""
    wider = found_arguments(tool, known.about(known.wider)) if known.wider != known.text else [{}]
    return [_complete(found, wider[0], tool, known=known) for found in found_arguments(tool, known)]


def found_arguments(tool: OfferedTool, known: Known) -> list[Json]:
    """Give only what the text says; always at least one, perhaps empty."""
    several = found_in(resolved(tool.parameters, tool.parameters), Search(tool, known))
    fan = next((name for name, values in several.items() if len(values) > 1 and _repeats(name, tool)), None)
    first = {name: values[0] for name, values in several.items()}
    if fan is None:
        return [first]
    return [{**first, fan: value} for value in several[fan][:CALLS_LIMIT]]


def _repeats(name: str, tool: OfferedTool) -> bool:
    part = _parts(tool)[name]
    return bool(choices(part)) or finder_for(name, part)[0] in REPEATED


def _complete(found: Json, wider: Json, tool: OfferedTool, *, known: Known) -> Json:
    needed = required(resolved(tool.parameters, tool.parameters))
    call: Json = {}
    for name, part in _parts(tool).items():
        if name in found:
            call[name] = found[name]
        elif name in wider and (name in needed or finder_for(name, part)[0] in BORROWED):
            call[name] = wider[name]
        elif name in needed:
            call[name] = _made_up(name, part, tool, known=known)
    return call


def _made_up(name: str, part: Schema, tool: OfferedTool, *, known: Known) -> Any:
    label, _ = finder_for(name, part)
    if kind(part) == "string" and not choices(part) and not part.get("format") and label in WORDY:
        text = free_text(known.text, tool) or free_text(known.wider, tool)
        if text and len(text) >= int(part.get("minLength") or 0):
            return text[: part.get("maxLength")]
    return filled(part, tool.parameters, known=known, label=label)


def _parts(tool: OfferedTool) -> dict[str, Schema]:
    return properties(resolved(tool.parameters, tool.parameters), tool.parameters)
