"""What the demo model does wrong when it is asked to, in plain words; docs/demo.md lists it all."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from conversations.engine.values import Answer, Json, OfferedTool, Question, Reply, Request

from .brain.arguments import arguments_for
from .brain.choosing import best_of
from .brain.known import known_from
from .brain.numbers import COUNTS
from .brain.schemas import kind, properties, required, resolved
from .delivery import Delivery
from .script import calls, fails, raw, refuses, says, silence

CALLS_LIMIT = 100
MANY = rf"(\d+|{'|'.join(COUNTS)})"
# A request for mischief is short; a long text that quotes one is not meant.
WORDS_LIMIT = 24
HALF_SENTENCE = (
    "Here is an answer that will never be finished, because the connection to me breaks in the middle of"
)
HTML = b"<!doctype html><html><head><title>Bad Gateway</title></head><body><h1>502</h1></body></html>"
NO_TOOL = "I would call a tool wrongly for you, but I was offered none."
SHORTENED = re.compile(r"shortened|truncated|left out|cut", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scene:
    """What mischief is made from: the request, and the words that ask for it."""

    request: Request
    text: str
    today: date

    @property
    def rounds(self) -> int:
        """Count the replies with calls since the question."""
        items = self.request.items
        start = max((n for n, item in enumerate(items) if isinstance(item, Question)), default=0)
        return sum(1 for item in items[start:] if isinstance(item, Reply) and item.calls)

    @property
    def tools(self) -> Sequence[OfferedTool]:
        return () if self.request.choice.mode == "none" else self.request.tools

    def sound_call(self) -> tuple[str, Json]:
        """Give a call as it should be, of the tool that the words fit best."""
        known = known_from(self.text, self.request.instructions, self.today)
        tool = best_of(self.tools, known) or self.tools[0]
        return tool.name, arguments_for(tool, known)[0]


def mischief(request: Request, text: str, *, today: date) -> Delivery | None:
    """Give the misbehaviour that the words ask for; None where they ask for none, or it is over."""
    act = _act(text)
    return act(Scene(request, text, today)) if act else None


def is_mischief(text: str) -> bool:
    """Say whether the words ask for something that goes wrong."""
    return _act(text) is not None


def wants_slowness(text: str) -> bool:
    """Say whether the answer should come slowly."""
    return bool(re.search(r"\bbe (?:very |really )?slow\b|\banswer (?:very )?slowly\b", text, re.IGNORECASE))


def _act(text: str) -> Callable[[Scene], Delivery | None] | None:
    if len(text.split()) > WORDS_LIMIT:
        return None
    return next((act for pattern, act in ACTS if re.search(pattern, text, re.IGNORECASE)), None)


def _failing(scene: Scene) -> Delivery:
    found = re.search(r"\b([45]\d\d)\b", scene.text)
    status = int(found[1]) if found else 500
    sentence = {
        401: "Incorrect API key provided.",
        404: "The model does not exist or you do not have access to it.",
        429: "Rate limit reached. Please try again in 2 seconds.",
    }.get(status, "The server had an error while processing your request.")
    code = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}.get(status)
    return fails(status, sentence, code=code, headers={"retry-after": "2"} if status == 429 else None)


def _bad_arguments(scene: Scene) -> Delivery | None:
    if scene.rounds:
        return None
    if not scene.tools:
        return says(NO_TOOL)
    name, arguments = scene.sound_call()
    tool = next(tool for tool in scene.tools if tool.name == name)
    return calls((name, _broken(tool, arguments)))


def _broken(tool: OfferedTool, arguments: Json) -> Json:
    parts = properties(resolved(tool.parameters, tool.parameters), tool.parameters)
    wrong: dict[str, Any] = {"string": {"not": "a string"}, "array": "not a list", "object": "not an object"}
    needed = required(resolved(tool.parameters, tool.parameters))
    for name, part in sorted(parts.items(), key=lambda pair: pair[0] not in needed):
        return {**arguments, name: wrong.get(kind(part), "not a number")}
    return {"no_such_argument": True}


def _not_json(scene: Scene) -> Delivery | None:
    if scene.rounds:
        return None
    if not scene.tools:
        return says(NO_TOOL)
    name, arguments = scene.sound_call()
    return calls((name, json.dumps(arguments)[:-1] + ", oops"))


def _unknown_tool(scene: Scene) -> Delivery | None:
    return None if scene.rounds else calls(("no_such_tool", {"reason": "you asked for it"}))


def _cut_in_call(scene: Scene) -> Delivery | None:
    if not scene.tools:
        return says(NO_TOOL)
    name, arguments = scene.sound_call()
    return calls((name, {**arguments, "note": "these arguments will never be complete"})).cut_after(3)


def _forever(scene: Scene) -> Delivery:
    return calls(scene.sound_call()) if scene.tools else says(NO_TOOL)


def _many(scene: Scene) -> Delivery | None:
    if scene.rounds:
        return None
    if not scene.tools:
        return says(NO_TOOL)
    asked = re.search(rf"\bmake {MANY}", scene.text, re.IGNORECASE)
    word = asked[1].lower() if asked else "fifty"
    count = int(word[:4]) if word.isdecimal() else COUNTS[word]
    return calls(*[scene.sound_call()] * max(1, min(count, CALLS_LIMIT)))


def _context_full(scene: Scene) -> Delivery | None:
    answers = [item.content for item in scene.request.items if isinstance(item, Answer)]
    if any(SHORTENED.search(answer) for answer in answers):
        return says("Now it fits: the older tool results were shortened.")
    message = "This model's maximum context length is 8192 tokens, and your messages are longer than that."
    return fails(400, message, code="context_length_exceeded")


def _mid_stream_error(_scene: Scene) -> Delivery:
    error = {
        "error": {"message": "The model ran out of breath.", "type": "server_error", "code": "overloaded"}
    }
    return says(HALF_SENTENCE).cut_after(8).broken_after(8, f"data: {json.dumps(error)}\n\n".encode())


def _broken_line(_scene: Scene) -> Delivery:
    return says(HALF_SENTENCE).broken_after(6, b'data: {"id": "chatcmpl-broken", "choi\n\n')


ACTS: tuple[tuple[str, Callable[[Scene], Delivery | None]], ...] = (
    (r"\bcall\b.*\barguments\b.*(?: not|n't|invalid) json\b", _not_json),
    (r"\bcall\b.*\b(?:bad|wrong|invalid) arguments\b", _bad_arguments),
    (r"\bcall (?:an |a )?(?:unknown|missing|nonexistent) tool\b", _unknown_tool),
    (r"\bcut\b.*\b(?:stream|connection)\b.*\b(?:inside|in|within|during) a (?:tool )?call\b", _cut_in_call),
    (r"\bcut (?:off )?the (?:stream|connection)\b", lambda _: says(HALF_SENTENCE).cut_after(12)),
    (r"\bdrop the connection\b", lambda _: says(HALF_SENTENCE).dropped_after(12)),
    (r"\berror in (?:the middle of the|mid-?)\s?stream\b", _mid_stream_error),
    (r"\bsend (?:me )?a broken line\b", _broken_line),
    (
        r"\b(?:answer|reply|respond) (?:with|in) html\b",
        lambda _: raw(HTML, headers={"content-type": "text/html"}),
    ),
    (r"\b(?:go|be|stay|fall) silent\b", lambda _: silence()),
    (r"\b(?:fail|answer) with (?:an? )?(?:error |http |status )*[45]\d\d\b", _failing),
    (r"\bcall (?:a |the )?tools? (?:for ?ever|endlessly|without end)\b", _forever),
    (rf"\bmake {MANY} (?:tool )?calls\b", _many),
    (
        r"^\W*(?:please )?refuse\b|\brefuse to answer\b",
        lambda _: refuses("I'm sorry, but I can't help with that."),
    ),
    (r"\bstop because of (?:the )?length\b", lambda _: says(HALF_SENTENCE, finish="length")),
    (
        r"^\W*(?:please |trigger |stop because of |run into )*(?:the |a )?content filter\b",
        lambda _: says("This answer was", finish="content_filter"),
    ),
    (r"\bcontext (?:is )?full\b|\bfill the context\b", _context_full),
)
