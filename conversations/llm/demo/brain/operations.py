"""Arithmetic on a result that is not there yet: "double it", "add 5 to that", "the average of them"."""

import re
from collections.abc import Sequence

_IT = r"(?:it|that|this|them|these|those|the (?:result|answer|number|value|temperatures?|difference|sum))"
_N = r"(-?\d+(?:\.\d+)?)"
_ONE = (
    (rf"\bdouble {_IT}|\btwice {_IT}", "2 * {x}"),
    (rf"\btriple {_IT}", "3 * {x}"),
    (rf"\bhalve {_IT}|\bhalf (?:of )?{_IT}", "{x} / 2"),
    (rf"\bsquare {_IT}", "{x} ** 2"),
    (rf"\badd {_N} (?:degrees )?to {_IT}", "{x} + {n}"),
    (rf"\b(?:subtract|take) {_N} (?:degrees )?(?:away )?from {_IT}", "{x} - {n}"),
    (rf"\bmultiply {_IT} (?:by|with) {_N}", "{x} * {n}"),
    (rf"\bdivide {_IT} by {_N}", "{x} / {n}"),
    (rf"\bconvert {_IT} (?:in)?to fahrenheit", "{x} * 9 / 5 + 32"),
)
_MANY = (
    (rf"\b(?:add|sum) (?:{_IT}(?: up| together)?|up {_IT})|\bthe sum\b", "{sum}"),
    (rf"\baverage(?: of)?(?: {_IT})?|\bmean of {_IT}", "({sum}) / {count}"),
    (rf"\bdifference(?: between {_IT})?|\bsubtract {_IT}", "{first} - {second}"),
)


def needs_result(text: str) -> bool:
    """Say whether the words do arithmetic with something found out before."""
    return _match(text) is not None


def expression(text: str, values: Sequence[float]) -> str:
    """Write the arithmetic down with the numbers put in; empty where they are too few."""
    found = _match(text)
    if found is None or not values:
        return ""
    form, number = found
    written = [f"({value})" if value < 0 else f"{value}" for value in values]
    if "{second}" in form and len(written) < 2:
        return ""
    return form.format(
        x=written[0],
        n=number,
        sum=" + ".join(written),
        count=len(written),
        first=written[0],
        second=written[-1],
    )


def _match(text: str) -> tuple[str, str] | None:
    for pattern, form in (*_ONE, *_MANY):
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            return form, next(filter(None, match.groups()), "")
    return None
