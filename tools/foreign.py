"""JSON Schemas of somebody else, and whether data fits them: found out in bounded time, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any

import attrs
from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from tools.problems import Problem

STEPS = 20_000  # of one check of data
SCHEMA_STEPS = 50_000  # of one schema; what 400 arguments take
MANY_STEPS = 1_000_000  # of all that is checked together: some seconds
MOST = 20
LONGEST_PLACE, LONGEST_REASON = 200, 300
# Keywords whose cost steps do not count: Python's patterns can take years, the others compare or judge anew.
UNBOUNDED = frozenset(
    {"pattern", "patternProperties", "uniqueItems", "unevaluatedItems", "unevaluatedProperties"}
)
# What comes of schemas that lead into their own descriptions, or compare what cannot be compared.
SENSELESS = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    Unresolvable,
)

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]
_steps_left: ContextVar[int] = ContextVar("steps left of one check", default=MANY_STEPS)


class Undecided(Exception):
    """Nobody can say whether it fits: the words say why."""


TOO_LONG = "it takes too long to check"


class Judge:
    """Knows the keywords of JSON Schema but for the unbounded ones, and those given to it besides."""

    def __init__(self, keywords: Mapping[str, Keyword]) -> None:
        known = {
            name: check for name, check in Draft202012Validator.VALIDATORS.items() if name not in UNBOUNDED
        }
        self._validator = _counting({**known, **keywords})

    def misfit(self, schema: Any, data: Any, *, sentence: str, steps: int = STEPS) -> Problem | None:
        """Tell where data does not fit, as a problem that begins with `sentence`; None where all of it fits.

        No more errors are looked for than are told: each may take its time. Raises Undecided.
        """
        with allowance(steps), _decided():
            # Without a registry of its own it would fetch what a schema refers to from the web.
            validator = self._validator(schema, registry=Registry())
            errors = list(islice(validator.iter_errors(data), MOST))
        return _told(errors, sentence) if errors else None


@contextmanager
def allowance(steps: int) -> Iterator[None]:
    """Let checks take so many steps; those count for whatever these checks are part of, too."""
    before = _steps_left.get()
    allowed = min(steps, before)
    _steps_left.set(allowed)
    try:
        yield
    finally:
        _steps_left.set(before - allowed + _steps_left.get())


def spend(steps: int) -> None:
    """Take steps from those of the check under way; a keyword whose cost grows with the data calls it."""
    left = _steps_left.get() - 1 - steps
    if left < 0:
        raise Undecided(TOO_LONG)
    _steps_left.set(left)


def broken(schema: Any) -> str:
    """Say at which place a schema is none, and why; "" where it is one. Raises Undecided."""
    with allowance(SCHEMA_STEPS), _decided():
        error = best_match(_SCHEMAS(_SCHEMAS.META_SCHEMA).iter_errors(schema))
    if error is None:
        return ""
    place = ".".join(map(str, error.absolute_path)) or "the whole"
    return f"{place[:100]}: {error.message[:200]}"


@contextmanager
def _decided() -> Iterator[None]:
    try:
        yield
    except SENSELESS as error:
        raise Undecided(str(error)[:200]) from error


def _counting(checks: Mapping[str, Any]) -> Any:
    validator: Any = validators.create(
        meta_schema=Draft202012Validator.META_SCHEMA,
        validators={name: _counted(check) for name, check in checks.items()},
        type_checker=Draft202012Validator.TYPE_CHECKER,
    )
    # Its own goes on with the validator that a `$schema` within names: one that neither counts nor spares.
    validator.evolve = attrs.evolve
    return validator


def _counted(check: Any) -> Any:
    def step(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        spend(len(value) if isinstance(value, (dict, list)) else 1)
        yield from check(validator, value, instance, schema) or ()

    return step


def _told(errors: list[ValidationError], sentence: str) -> Problem:
    details = tuple({"path": _path(error), "reason": error.message[:LONGEST_REASON]} for error in errors)
    place = f"{details[0]['path']}: " if details[0]["path"] else ""
    return Problem("bad_arguments", f"{sentence}: {place}{details[0]['reason']}.", details)


def _path(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)[:LONGEST_PLACE]


_SCHEMAS = _counting(Draft202012Validator.VALIDATORS)
