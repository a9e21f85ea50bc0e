"""What is asked and what is answered, as the tool knows it; light, for it is imported at every start."""

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; `body` is None where there is none."""

    method: Method
    address: str
    headers: dict[str, str]
    body: bytes | None = None


class Response(TypedDict):
    """`body` is what the JSON means where `type` says JSON and it is, and text otherwise."""

    status: int
    address: str
    type: str
    body: Any
