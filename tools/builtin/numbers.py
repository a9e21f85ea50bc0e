"""Fractions that stay small: what `calculate` reckons with, so that 0.1 + 0.2 is 0.3."""

import math
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

Number = Fraction
MAX_BITS = 4096
"""About 1,200 digits: more than anyone reads, and every step with it takes microseconds."""

MAX_FACTORIAL = 400
SIGNIFICANT_DIGITS = 15
"""As many as a double holds, so that sqrt(2)^2 is written as 2."""


def read(value: Any) -> Number:
    """Take a literal; 0.1 is one tenth, not the double next to it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is not a number")
    return bounded(Fraction(repr(value)) if isinstance(value, float) else Fraction(value))


def bounded(value: Any) -> Number:
    """Keep a number in bounds; OverflowError where it is too large or too fine."""
    if isinstance(value, complex):
        raise ValueError("it is not a real number")
    exact = Fraction(repr(value)) if isinstance(value, float) and math.isfinite(value) else Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:
        raise OverflowError
    return exact


def kept_small(apply: Callable[..., Any]) -> Callable[..., Number]:
    """Bound the result of an operator or a function."""
    return lambda *arguments: bounded(apply(*arguments))


def power(base: Number, exponent: Number) -> Any:
    """Raise to a power, refusing before the work what would pass the bounds."""
    if exponent.denominator != 1:
        return float(base) ** float(exponent)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(exponent) > MAX_BITS or (abs(base) != 1 and (bits - 1) * abs(exponent) > MAX_BITS):
        raise OverflowError
    return base ** int(exponent)


def written(value: Number) -> str:
    """Write a number as a person would: whole where it is whole, else with up to 15 significant digits."""
    if value.denominator == 1:
        return str(value.numerator)
    context = Context(prec=SIGNIFICANT_DIGITS)
    decimal = context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(context)
    return f"{decimal:f}" if -7 < decimal.adjusted() < SIGNIFICANT_DIGITS + 3 else f"{decimal}"


def _factorial(number: Number) -> int:
    if number.denominator != 1 or number < 0:
        raise ValueError("a factorial needs a whole number from 0 on")
    if number > MAX_FACTORIAL:
        raise OverflowError
    return math.factorial(int(number))


def _round(number: Number, digits: Number = Fraction(0)) -> Number:
    if abs(digits) > 100:
        raise OverflowError
    return round(number, int(digits))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "factorial": _factorial,
    "floor": math.floor,
    "max": max,
    "min": min,
    "round": _round,
    **{
        name: getattr(math, name) for name in ("acos", "asin", "atan", "cbrt", "cos", "degrees", "exp", "log")
    },
    **{name: getattr(math, name) for name in ("log10", "log2", "radians", "sin", "sqrt", "tan")},
    "ln": math.log,
}
CONSTANTS = {"pi": Fraction(repr(math.pi)), "e": Fraction(repr(math.e)), "tau": Fraction(repr(math.tau))}
