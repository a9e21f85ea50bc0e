"""A tool: a typed function with what the model, the person and the executor are told of it."""

import hashlib
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, overload

from pydantic import BaseModel

from tools.context import ToolContext
from tools.problems import Checked, Problem
from tools.reading import Fault, first_paragraph, read_signature
from tools.signature import Signature, Takes
from tools.written import read

Effects = Literal["reads", "writes", "destructive"]
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""The names that OpenAI's API accepts."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """What the supplier of a tool says of it; sentences, "" where there is nothing to say.

    `identity` changes with whatever people saw when they allowed it. It `asks` whatever its policy says, is
    `silent` about what it does, is `broken` for good, or is `away` for now, which is asked often.
    """

    identity: str
    asks: str
    silent: str
    broken: str
    away: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tool:
    """What can be called. `deadline` (seconds) and `result_limit` (bytes) are None where the defaults hold.

    `source` says for people where it comes from. A tool with `faults` is never offered. `missing` says why it
    cannot be offered in this installation, such as an empty setting, or ""; it is asked often.
    """

    do_not_call_in_templates: ClassVar[bool] = True  # Django's templates call whatever can be called

    name: str
    description: str
    function: Callable[..., Any] = field(repr=False)
    signature: Takes = field(repr=False)
    source: str = ""
    effects: Effects = "reads"
    safe_to_repeat: bool = False
    missing: Callable[[], str] | None = field(default=None, repr=False)
    strict: bool = False
    deadline: float | None = None
    result_limit: int | None = None
    faults: tuple[Fault, ...] = ()
    supplied: Supplied | None = None

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the plain function, so that decorating one takes nothing from it."""
        return self.function(*arguments, **named)

    @property
    def parameters(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return self.signature.schema

    @property
    def title(self) -> str:
        """Its name for people: "Get weather"."""
        words = " ".join(re.split(r"[_-]+", self.name)).strip()
        return words[:1].upper() + words[1:]

    @property
    def label(self) -> str:
        """What it does in one sentence."""
        return re.split(r"(?<=[.!?])\s", self.description, maxsplit=1)[0]

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.function)

    @property
    def fingerprint(self) -> str:
        """Name the tool by what whoever allows it is shown; they are asked again once any of it changes."""
        shown = [self.name, self.parameters, self.description, self.effects, self.source]
        if self.supplied:
            shown.append(self.supplied.identity)
        what = json.dumps(shown, sort_keys=True)
        return hashlib.sha256(what.encode()).hexdigest()

    @property
    def where(self) -> str:
        """The Python name of the function, for those who mend it."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def check(self, written: str) -> Checked | Problem:
        """Read what the model wrote as arguments, and validate it; nothing runs."""
        arguments = read(written)
        return arguments if isinstance(arguments, Problem) else self.signature.check(arguments)

    def bind(self, arguments: dict[str, Any], context: ToolContext) -> dict[str, Any] | Problem:
        """Turn checked arguments into the function's keywords."""
        return self.signature.bind(arguments, context)


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...
@overload
def tool(
    *,
    name: str = "",
    deadline: float | None = None,
    safe_to_repeat: bool = False,
    effects: Effects = "reads",
    missing: Callable[[], str] | None = None,
    strict: bool = False,
) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a tool of a typed function, bare or with options; what is wrong becomes a start-up check."""
    if function is None:
        return lambda decorated: _define(decorated, **options)
    return _define(function)


def _define(function: Callable[..., Any], *, name: str = "", strict: bool = False, **options: Any) -> Tool:
    name = name or function.__name__
    signature = read_signature(function, strict=strict)
    faults = [] if isinstance(signature, Signature) else signature
    description = first_paragraph(function)
    faults += [*_faults_of_words(name, description), *_faults_of_options(**options)]
    return Tool(
        name=name,
        description=description,
        function=function,
        signature=signature if isinstance(signature, Signature) else NOTHING,
        strict=strict,
        faults=tuple(faults),
        **options,
    )


def _faults_of_words(name: str, description: str) -> list[Fault]:
    faults = []
    if not NAME.fullmatch(name):
        faults.append(Fault("E002", f"its name {name!r} is not 1 to 64 letters, digits, '_' or '-'"))
    if not description:
        faults.append(Fault("E003", "it has no docstring, so that the model cannot know what it does"))
    return faults


def _faults_of_options(deadline: float | None = None, **_: Any) -> list[Fault]:
    if deadline is None or deadline > 0:
        return []
    return [Fault("E009", f"its deadline of {deadline} s leaves it no time to run")]


NOTHING = Signature(model=BaseModel, schema={"type": "object", "properties": {}}, fields={})
"""What a faulty tool takes, for it must have a signature."""
