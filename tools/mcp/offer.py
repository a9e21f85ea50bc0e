"""A tool as its server describes it, made harmless to keep."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool as its server describes it; `hints` has those that it gave, `fault` why it cannot be used."""

    remote_name: str
    title: str
    description: str
    schema: dict[str, Any]
    hints: dict[str, bool]
    fault: str

    @property
    def fingerprint(self) -> str:
        """Name all that staff saw when they accepted it."""
        what = [self.remote_name, self.title, self.description, self.schema, self.hints]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Offers:
    """A whole list; `trouble` says in sentences what was wrong with it."""

    offers: tuple[Offer, ...] = ()
    trouble: str = ""
