"""The locks hold all that they name, whatever is published later."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.site.processes import ROOT


def locked(name: str) -> Iterator[Requirement]:
    for line in (ROOT / f"requirements/{name}.txt").read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            yield Requirement(line.removesuffix(" \\"))


def wanted(one: Requirement) -> Iterator[Requirement]:
    """Give what it depends on here with extras of their own; nothing where it is not for this machine."""
    try:
        needed = map(Requirement, requires(one.name) or ())
    except PackageNotFoundError:
        return
    for each in needed:
        applies = any(each.marker is None or each.marker.evaluate({"extra": it}) for it in {"", *one.extras})
        if each.extras and applies:
            yield each


@pytest.mark.parametrize("name", ["run", "dev"])
def test_extras_are_locked_with_what_they_belong_to(name: str) -> None:
    # pip takes the newest release for an extra that the lock leaves out, and then refuses it for its hash.
    extras = {canonicalize_name(one.name): one.extras for one in locked(name)}
    lacking = {
        str(each)
        for one in locked(name)
        for each in wanted(one)
        if not each.extras <= extras[canonicalize_name(each.name)]
    }
    assert lacking == set()


@pytest.mark.parametrize("name", ["run", "dev"])
def test_each_line_names_one_version(name: str) -> None:
    assert all(str(one.specifier).startswith("==") for one in locked(name))
