"""From a function's signature to the model that checks arguments and to the schema that is shown."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from tools.problems import Checked, Problem

MAX_DETAILS = 20
"""Places named in one refusal; a model mends the first few and asks again."""


class Takes(Protocol):
    """What a tool takes: the JSON Schema of its arguments, and how they are checked and handed to it."""

    @property
    def schema(self) -> dict[str, Any]: ...

    def check(self, arguments: dict[str, Any]) -> Checked | Problem: ...

    def bind(self, arguments: dict[str, Any], context: Any) -> dict[str, Any] | Problem: ...


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes: `fields` maps each field of the model to its parameter."""

    model: type[BaseModel]
    schema: dict[str, Any]
    fields: dict[str, str]
    context_parameter: str = ""

    def check(self, arguments: dict[str, Any]) -> Checked | Problem:
        """Validate plain JSON values; what comes back is what will run, defaults filled in."""
        accepted = self._validated(arguments)
        if isinstance(accepted, Problem):
            return accepted
        plain = accepted.model_dump(mode="json", by_alias=True)
        try:
            json.dumps(plain, allow_nan=False)
        except ValueError:  # the text "nan" where a nested model takes a number
            return Problem("bad_arguments", "A number in the arguments is not finite.")
        return Checked(plain)

    def bind(self, arguments: dict[str, Any], context: Any) -> dict[str, Any] | Problem:
        """Turn checked arguments into the keywords that the function is called with."""
        accepted = self._validated(arguments)
        if isinstance(accepted, Problem):
            return accepted
        keywords = {name: getattr(accepted, field) for field, name in self.fields.items()}
        return {**keywords, self.context_parameter: context} if self.context_parameter else keywords

    def _validated(self, arguments: dict[str, Any]) -> BaseModel | Problem:
        try:
            # As JSON text, so that dates may be written as text in strict mode too.
            return self.model.model_validate_json(json.dumps(arguments))
        except ValidationError as error:
            return _refusal(error, arguments)


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """List the parameters, those of a decorated function included."""
    return list(inspect.signature(function).parameters.values())


def _refusal(error: ValidationError, arguments: dict[str, Any]) -> Problem:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    details = tuple(
        {"path": _path(entry["loc"], arguments), "reason": entry["msg"][:300]}
        for entry in errors[:MAX_DETAILS]
    )
    first = f"{details[0]['path']}: {details[0]['reason']}" if details else "they do not fit"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem("bad_arguments", f"The arguments do not fit the tool: {first}{more}.", details)


def _path(location: tuple[int | str, ...], value: Any) -> str:
    # Pydantic names the tried types of a union too; a place is only what is there, or is missing at the end.
    parts = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if _holds(value, part):
            value = value[part]
        elif not (last and isinstance(value, dict)):
            continue
        parts.append(str(part))
    return ".".join(parts)


def _holds(value: Any, part: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value
