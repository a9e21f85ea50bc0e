"""From the text that a model or a person wrote to plain JSON values, or to the reason why it holds none."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from tools.problems import Problem
from tools.text import clean

MAX_LENGTH = 1_000_000
"""Characters; ten times the longest thing a person would paste, and parsed in a few milliseconds."""

MAX_DEPTH = 64
"""Deep enough for any sensible schema, and far from the depth at which printing JSON overflows."""


def read(written: str) -> dict[str, Any] | Problem:
    """Parse arguments; nothing and "null" mean no arguments, as several servers write them so."""
    if len(written) > MAX_LENGTH:
        return Problem("not_json", f"The arguments are longer than {MAX_LENGTH:,} characters.")
    try:
        return _as_object(parse(written.strip() or "{}"))
    except json.JSONDecodeError as error:
        return Problem("not_json", f"The arguments are not JSON: {error}.")
    except (ValueError, RecursionError) as error:
        return Problem("not_json", f"The arguments cannot be read: {error}.")


def parse(written: str, pairs: Callable[[list[tuple[str, Any]]], Any] = dict) -> Any:
    """Read what every JSON reader and database can hold; `pairs` makes an object of its keys and values.

    Raises ValueError: NaN, too deep, an integer longer than Python converts; or RecursionError.
    """
    value = json.loads(written, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=pairs)
    return _cleaned(value, MAX_DEPTH)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:30]} is too large")
    return number


def _as_object(value: Any) -> dict[str, Any] | Problem:
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    return Problem("not_an_object", f"The arguments must be a JSON object, not {_kind(value)}.")


def _kind(value: Any) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false"}
    return kinds.get(type(value), "a number")


def _cleaned(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item, depth - 1) for key, item in value.items()}
    return value
