"""From whatever a tool returned to the text that is stored and told."""

import dataclasses
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from tools.outcome import Outcome, Picture, failed, reported
from tools.redaction import without_secrets
from tools.text import clean, clean_json, cut

PLAIN = (Decimal, UUID, PurePath)
MOMENTS = (datetime, date, time)


@dataclasses.dataclass(frozen=True, slots=True)
class Rich:
    """What a tool returns that has pictures for people besides, or that calls its own result an error."""

    value: Any
    pictures: tuple[Picture, ...] = ()
    is_error: bool = False


def pack(value: Any, *, limit: int) -> Outcome:
    """Write a returned value as text or JSON of at most `limit` bytes, or say why it cannot be written."""
    if isinstance(value, Rich):
        plain = pack(value.value, limit=limit)
        whole = dataclasses.replace(plain, pictures=value.pictures)
        return reported(whole) if value.is_error and plain.state == "succeeded" else whole
    if isinstance(value, str) and not isinstance(value, Enum):
        return _fitted(clean(value), "text", limit=limit)
    try:
        written = json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        return failed("bad_result", f"The tool returned something that is not JSON: {_reason(error)}.")
    return _fitted(clean_json(written), "json", limit=limit)


def _fitted(text: str, form: Literal["json", "text"], *, limit: int) -> Outcome:
    # Secrets go first: a cut in the middle of one would leave a half that nothing recognises.
    kept, left_out = cut(without_secrets(text), limit)
    if not left_out:
        return Outcome("succeeded", told=kept, result=kept, result_format=form)
    told = f"{kept}\n[Cut here: {left_out:,} bytes of this result were left out.]"
    return Outcome("succeeded", told=told, result=kept, result_format="text", left_out=left_out)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, MOMENTS):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PLAIN):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    raise TypeError(f"a value of type {type(value).__name__}; return text, numbers, lists, dicts or models")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).replace("Out of range float values are not JSON compliant", "a number is not finite")
