"""How a function becomes a signature, and every reason why it cannot."""

import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from tools.context import ToolContext
from tools.schema import tidy
from tools.signature import Signature, parameters_of

EMPTY = inspect.Parameter.empty
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
UNREADABLE = (PydanticUserError, TypeError, ValueError, NameError, AttributeError)
"""What Pydantic and `typing` raise for an annotation that they cannot use."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a tool's definition; `code` is the number of the start-up check, such as "E001"."""

    code: str
    sentence: str


def read_signature(function: Callable[..., Any], *, strict: bool) -> Signature | list[Fault]:
    """Make the signature, or say what hinders it."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except UNREADABLE as error:
        return [Fault("E006", f"its annotations cannot be read: {error}")]
    shown = [p for p in parameters_of(function) if not _is_context(hints.get(p.name))]
    if faults := [*_faults_of_shape(function, shown, hints)]:
        return faults
    context = next((name for name, hint in hints.items() if name != "return" and _is_context(hint)), "")
    try:
        return _signature(function, shown, hints=hints, context=context, strict=strict)
    except UNREADABLE as error:
        return [Fault("E006", f"no schema can be made of its annotations: {_first_line(error)}")]


def first_paragraph(function: Callable[..., Any]) -> str:
    """Take the docstring's first paragraph, on one line."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _is_context(hint: Any) -> bool:
    return hint is ToolContext or (typing.get_origin(hint) is Annotated and hint.__origin__ is ToolContext)


def _faults_of_shape(
    function: Callable[..., Any], shown: list[inspect.Parameter], hints: dict[str, Any]
) -> Iterator[Fault]:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        yield Fault("E008", "it yields; a tool returns its whole result")
    for parameter in shown:
        if parameter.kind not in NAMED:
            yield Fault("E004", f"the parameter {parameter} has no name to be called by; write it out")
        elif parameter.name not in hints:
            yield Fault("E001", f"the parameter {parameter.name!r} has no type; annotate it")
        elif not _default_fits(parameter, hints[parameter.name]):
            yield Fault("E007", f"the default of {parameter.name!r} is not of its type; mend one of them")


def _default_fits(parameter: inspect.Parameter, hint: Any) -> bool:
    if parameter.default is EMPTY or isinstance(parameter.default, FieldInfo):
        return True
    try:
        TypeAdapter(hint).validate_python(parameter.default)
    except ValidationError:
        return False
    except UNREADABLE:  # told as E006, where the schema is made
        return True
    return True


def _signature(
    function: Callable[..., Any],
    shown: list[inspect.Parameter],
    *,
    hints: dict[str, Any],
    context: str,
    strict: bool,
) -> Signature:
    # Fields are numbered: "schema", "json" and "_x" are names that Pydantic keeps for itself.
    fields = {f"p{index}": parameter.name for index, parameter in enumerate(shown)}
    told = _told_parameters(function)
    definitions: dict[str, Any] = {
        f"p{index}": _field(parameter, hints[parameter.name], told.get(parameter.name, ""))
        for index, parameter in enumerate(shown)
    }
    config = ConfigDict(extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants", strict=strict)
    model: type[BaseModel] = create_model("Arguments", __config__=config, **definitions)
    schema = tidy(model.model_json_schema(by_alias=True), strict=strict)
    return Signature(model=model, schema=schema, fields=fields, context_parameter=context)


def _field(parameter: inspect.Parameter, hint: Any, told: str) -> tuple[Any, Any]:
    options: dict[str, Any] = {"alias": parameter.name}
    described = FieldInfo.from_annotation(hint).description
    written = parameter.default
    if isinstance(written, FieldInfo):  # `limit: int = Field(default=3, ge=1)`
        hint = Annotated[(hint, *written.metadata)] if written.metadata else hint
        described = described or written.description
        written = EMPTY if written.is_required() else written.get_default(call_default_factory=True)
    if written is not EMPTY:
        options["default"] = written
    return hint, Field(description=described or told or None, **options)


def _told_parameters(function: Callable[..., Any]) -> dict[str, str]:
    try:
        parsed = docstring_parser.parse(inspect.getdoc(function) or "")
    except docstring_parser.ParseError:  # a docstring in a style of its own describes no parameters
        return {}
    return {p.arg_name: " ".join((p.description or "").split()) for p in parsed.params}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
